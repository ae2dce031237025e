"""What a request body may look like: schemas that Cornice's services name, most of them colander's."""

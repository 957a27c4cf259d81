// The one module that a dashboard loads; it brings the others.

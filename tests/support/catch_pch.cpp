// Exists so that the precompiled Catch2 header has a target to belong to.

DROP FUNCTION IF EXISTS hpc_cluster_divide, hpc_cluster_is_material, hpc_cluster_lock_scopes;

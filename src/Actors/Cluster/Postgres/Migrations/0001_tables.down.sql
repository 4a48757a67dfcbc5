DROP TABLE IF EXISTS hpc_cluster_bans, hpc_cluster_points, hpc_cluster_dirty, hpc_cluster_shares, hpc_cluster_scopes, hpc_cluster_over, hpc_cluster_sessions,
    hpc_cluster_loads, hpc_cluster_nodes, hpc_cluster_notices, hpc_cluster_log, hpc_cluster_engine, hpc_cluster_lasting;

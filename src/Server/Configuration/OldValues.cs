namespace Hpc.Server.Configuration;

/// <summary>Values that SFTPGo's configuration has for keys of the same name, and what stands for them here.</summary>
internal static class OldValues
{
    /// <summary>Another sentence for the message about a value that is not allowed; empty if nothing is known.</summary>
    public static string HintFor(string path, string text) => (path, text.ToLowerInvariant()) switch
    {
        ("data_provider.driver", "bolt") => " The embedded store that stands for bolt is keyvalue; take the data over with a dump (hpc loaddata).",
        ("data_provider.driver", "postgres" or "pgx" or "pg") => " PostgreSQL is \"postgresql\" here.",
        ("data_provider.driver", "cockroach") => " CockroachDB is \"cockroachdb\" here.",
        ("data_provider.driver", "mariadb") => " MariaDB is \"mysql\" here.",
        ("data_provider.driver", "sqlite3") => " SQLite is \"sqlite\" here.",
        ("data_provider.sslmode", "0") => " SFTPGo's 0 is disable.",
        ("data_provider.sslmode", "1") => " SFTPGo's 1 is require.",
        ("data_provider.sslmode", "2") => " SFTPGo's 2 is verify_ca with postgresql and cockroachdb, and require (without a check of the server) with mysql.",
        ("data_provider.sslmode", "3") => " SFTPGo's 3 is verify_full with postgresql and cockroachdb, and prefer with mysql.",
        ("data_provider.sslmode", "4") => " SFTPGo's 4 is prefer.",
        ("data_provider.sslmode", "5") => " SFTPGo's 5 is allow.",
        ("data_provider.sslmode", "verify-ca") => " It is verify_ca here.",
        ("data_provider.sslmode", "verify-full") => " It is verify_full here.",
        ("data_provider.sslmode", "skip-verify") => " It is require here.",
        ("data_provider.sslmode", "preferred") => " It is prefer here.",
        ("ftp.listeners[].tls_mode", "0") => " SFTPGo's 0 is optional.",
        ("ftp.listeners[].tls_mode", "1") => " SFTPGo's 1 is control_and_data.",
        ("ftp.listeners[].tls_mode", "2") => " SFTPGo's 2 is implicit.",
        ("ftp.listeners[].min_tls_version", "12") => " It is tls12 here.",
        ("ftp.listeners[].min_tls_version", "13") => " It is tls13 here.",
        ("ftp.listeners[].min_tls_version", "10" or "11") => " TLS 1.0 and 1.1 are not spoken.",
        ("ftp.listeners[].client_auth", "0") => " SFTPGo's 0 is none.",
        ("ftp.listeners[].client_auth", "1") => " SFTPGo's 1 is require.",
        ("ftp.listeners[].client_auth", "2") => " SFTPGo's 2 is verify.",
        ("ftp.listeners[].require_tls_reuse" or "ftp.listeners[].ignore_ascii" or "ftp.hashes" or "ftp.combine", "0") => " SFTPGo's 0 is false.",
        ("ftp.listeners[].require_tls_reuse" or "ftp.listeners[].ignore_ascii" or "ftp.hashes" or "ftp.combine", "1") => " SFTPGo's 1 is true.",
        ("ftp.listeners[].check_passive_peer" or "ftp.listeners[].check_active_peer", "0") => " SFTPGo's 0 is true: the check is made.",
        ("ftp.listeners[].check_passive_peer" or "ftp.listeners[].check_active_peer", "1") => " SFTPGo's 1 is false: no check is made.",
        _ => "",
    };
}

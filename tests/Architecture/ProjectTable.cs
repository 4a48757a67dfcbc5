namespace Hpc.Architecture.Tests;

/// <summary>The direction of references: a project refers to layers below its own. A new project is added here, in the layer that it belongs to.</summary>
internal static class ProjectTable
{
    /// <summary>Lowest first. Projects that do not exist yet may stand here.</summary>
    public static IReadOnlyList<string[]> Layers { get; } =
    [
        ["Hpc.Crypto", "Hpc.Storage.Abstractions", "Hpc.Actors.Kernel"],
        ["Hpc.Transport", "Hpc.Accounts", "Hpc.Accounts.Sqlite", "Hpc.Accounts.Sql", "Hpc.Accounts.Postgres", "Hpc.Accounts.MySql", "Hpc.Accounts.KeyValue", "Hpc.Storage.Local", "Hpc.Storage.Memory", "Hpc.Storage.Vfs"],
        ["Hpc.SshProtocol", "Hpc.FtpProtocol", "Hpc.WebDavProtocol", "Hpc.Events", "Hpc.Actors", "Hpc.Cluster.Postgres"],
        ["Hpc.HttpApi"],
        ["Hpc.WebUi"],
        ["Hpc.Server"],
    ];

    /// <summary>References within a layer that are meant.</summary>
    public static IReadOnlySet<(string From, string To)> WithinLayer { get; } = new HashSet<(string, string)>
    {
        // A provider implements the interfaces of Accounts.
        ("Hpc.Accounts.Sqlite", "Hpc.Accounts"),
        ("Hpc.Accounts.Sql", "Hpc.Accounts"),
        ("Hpc.Accounts.Postgres", "Hpc.Accounts"),
        ("Hpc.Accounts.Postgres", "Hpc.Accounts.Sql"),
        ("Hpc.Accounts.MySql", "Hpc.Accounts"),
        ("Hpc.Accounts.MySql", "Hpc.Accounts.Sql"),
        ("Hpc.Accounts.KeyValue", "Hpc.Accounts"),

        // An engine implements the interface of Actors.
        ("Hpc.Cluster.Postgres", "Hpc.Actors"),
    };

    /// <summary>Projects that speak a protocol to peers.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["Hpc.SshProtocol", "Hpc.FtpProtocol", "Hpc.WebDavProtocol"];

    /// <summary>What a protocol never sees: it gets files, accounts and sessions through interfaces of lower layers.</summary>
    public static IReadOnlyList<string> HiddenFromProtocols { get; } =
        ["Hpc.Actors.Kernel", "Hpc.Actors", "Hpc.Accounts.Sqlite", "Hpc.Accounts.Sql", "Hpc.Accounts.Postgres", "Hpc.Accounts.MySql", "Hpc.Accounts.KeyValue", "Hpc.Cluster.Postgres", "Hpc.Storage.Local", "Hpc.Storage.Memory", "Hpc.Storage.Vfs", .. Protocols];

    /// <summary>Concrete providers, which only the composition names.</summary>
    public static IReadOnlyList<string> Providers { get; } =
        ["Hpc.Accounts.Sqlite", "Hpc.Accounts.Postgres", "Hpc.Accounts.MySql", "Hpc.Accounts.KeyValue", "Hpc.Cluster.Postgres", "Hpc.Storage.Local", "Hpc.Storage.Memory"];

    /// <summary>Packages that belong to one project, or a few.</summary>
    public static IReadOnlyDictionary<string, string[]> PackageOwners { get; } = new Dictionary<string, string[]>
    {
        ["Npgsql"] = ["Hpc.Accounts.Postgres", "Hpc.Cluster.Postgres"],
        ["MySql.Data"] = ["Hpc.Accounts.MySql"],
        ["QRCoder"] = ["Hpc.HttpApi"],
        ["Microsoft.AspNetCore.OpenApi"] = ["Hpc.HttpApi"],
        ["Swashbuckle.AspNetCore.SwaggerUI"] = ["Hpc.HttpApi"],
        ["Microsoft.Data.Sqlite.Core"] = ["Hpc.Accounts.Sqlite"],
        ["SQLitePCLRaw.bundle_e_sqlite3"] = ["Hpc.Accounts.Sqlite"],
        ["System.CommandLine"] = ["Hpc.Server"],
        ["Spectre.Console"] = ["Hpc.Server"],
    };

    /// <summary>Index of the project's layer, or -1.</summary>
    public static int LayerOf(string project)
    {
        for (int layer = 0; layer < Layers.Count; layer++)
        {
            if (Layers[layer].Contains(project))
            {
                return layer;
            }
        }

        return -1;
    }
}

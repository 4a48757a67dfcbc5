using Npgsql;

namespace Hpc.Providers.Tests.Servers;

/// <summary>PostgreSQL.</summary>
public sealed class PostgresServer : DatabaseServer
{
    private static readonly string User = UserOf("postgres");

    /// <summary>Why it cannot be started here, or null.</summary>
    public static string? Missing => Programs is null ? "PostgreSQL is not installed (package postgresql)." : null;

    protected override string EndSignal => "QUIT";

    private static string? Programs =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")))
            : null;

    private string Data => Path.Combine(Folder, "data");

    public override async Task PrepareAsync()
    {
        string passwordFile = Path.Combine(Folder, "password");
        await File.WriteAllTextAsync(passwordFile, Password);
        if (IsRoot)
        {
            await WatchedProcess.RunAsync("chown", "-R", User, Folder);
        }

        string[] command =
        [
            .. As(User), Path.Combine(Programs!, "initdb"), "-D", Data, "-U", "hpc", $"--pwfile={passwordFile}", "--auth=scram-sha-256", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8",
        ];
        await WatchedProcess.RunAsync(command[0], command[1..]);
        File.Delete(passwordFile);
    }

    public override async Task<object?> ExecuteAsync(string database, string statement)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Database = database.Length > 0 ? database : "postgres",
            Username = "hpc",
            Password = Password,
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(builder.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync();
    }

    public override async Task EndConnectionsAsync(string database) =>
        await ExecuteAsync("", $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()");

    protected override IEnumerable<string> Command() =>
    [
        .. As(User), Path.Combine(Programs!, "postgres"), "-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        "-c", HasTls ? "ssl=on" : "ssl=off", "-c", $"ssl_cert_file={Certificate}", "-c", $"ssl_key_file={CertificateKey}",
        "-c", "fsync=off", "-c", "max_connections=300", "-c", "shared_buffers=64MB",
    ];
}

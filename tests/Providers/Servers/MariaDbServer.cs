using MySql.Data.MySqlClient;

namespace Hpc.Providers.Tests.Servers;

/// <summary>MariaDB.</summary>
public sealed class MariaDbServer : DatabaseServer
{
    private static readonly string User = UserOf("mysql");

    /// <summary>Why it cannot be started here, or null.</summary>
    public static string? Missing => Programs.All(File.Exists) ? null : "MariaDB is not installed (package mariadb-server).";

    protected override string EndSignal => "KILL";

    private static string[] Programs => ["/usr/sbin/mariadbd", "/usr/bin/mariadb-install-db"];

    private string Data => Path.Combine(Folder, "data");

    // A server that starts removes the temporary tables that it finds there, also those of others that run.
    private string Temporary => Path.Combine(Folder, "tmp");

    public override async Task PrepareAsync()
    {
        // Read by the server at every start: one statement to a line, each repeatable.
        await File.WriteAllTextAsync(
            Path.Combine(Folder, "init.sql"),
            $"""
            CREATE USER IF NOT EXISTS 'hpc'@'127.0.0.1' IDENTIFIED BY '{Password}';
            CREATE USER IF NOT EXISTS 'hpc'@'localhost' IDENTIFIED BY '{Password}';
            GRANT ALL ON *.* TO 'hpc'@'127.0.0.1';
            GRANT ALL ON *.* TO 'hpc'@'localhost';

            """);
        Directory.CreateDirectory(Data);
        Directory.CreateDirectory(Temporary);
        if (IsRoot)
        {
            await WatchedProcess.RunAsync("chown", "-R", User, Folder);
        }

        string[] command =
        [
            .. As(User), Programs[1], "--no-defaults", $"--datadir={Data}", $"--tmpdir={Temporary}", "--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-flush-log-at-trx-commit=0",
        ];
        await WatchedProcess.RunAsync(command[0], command[1..]);
    }

    public override async Task<object?> ExecuteAsync(string database, string statement)
    {
        await using MySqlConnection connection = await OpenAsync(database);
        await using var command = new MySqlCommand(statement, connection);
        return await command.ExecuteScalarAsync();
    }

    public override async Task EndConnectionsAsync(string database)
    {
        await using MySqlConnection connection = await OpenAsync("");
        var ids = new List<long>();
        await using (var command = new MySqlCommand($"SELECT id FROM information_schema.processlist WHERE db = '{database}' AND id <> CONNECTION_ID()", connection))
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                ids.Add(Convert.ToInt64(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        foreach (long id in ids)
        {
            await using var kill = new MySqlCommand($"KILL CONNECTION {id}", connection);
            try
            {
                await kill.ExecuteNonQueryAsync();
            }
            catch (MySqlException exception) when (exception.Number == 1094)
            {
                // ER_NO_SUCH_THREAD: it ended by itself.
            }
        }
    }

    protected override IEnumerable<string> Command() =>
    [
        .. As(User), Programs[0], "--no-defaults", $"--datadir={Data}", $"--tmpdir={Temporary}", $"--socket={Path.Combine(Folder, "s")}", $"--port={Port}", "--bind-address=127.0.0.1", "--skip-networking=0",
        $"--init-file={Path.Combine(Folder, "init.sql")}", "--skip-log-bin", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=128M", "--max-connections=300",
        .. HasTls ? (string[])[$"--ssl-cert={Certificate}", $"--ssl-key={CertificateKey}", $"--ssl-ca={Authority}"] : ["--skip-ssl"],
        "--innodb-file-per-table=0", "--innodb-doublewrite=0", "--innodb-flush-method=nosync", "--sync-frm=0",
    ];

    private async Task<MySqlConnection> OpenAsync(string database)
    {
        var builder = new MySqlConnectionStringBuilder
        {
            Server = "127.0.0.1",
            Port = (uint)Port,
            Database = database,
            UserID = "hpc",
            Password = Password,
            SslMode = MySqlSslMode.None,
            Pooling = false,
        };
        var connection = new MySqlConnection(builder.ToString());
        await connection.OpenAsync();
        await using var command = new MySqlCommand("SET SESSION character_set_results = utf8mb4", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}

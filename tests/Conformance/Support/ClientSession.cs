using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Support;

/// <summary>A client's side of one user: a clean home with configuration for every client, and what it may log in with.</summary>
public sealed class ClientSession : IDisposable
{
    private readonly TestDirectory _folder = new("client");

    private ClientSession(ServerProcess server, ServerUser user, Login login)
    {
        Server = server;
        User = user;
        Login = login;
        Runner = new ClientRunner(_folder.MakeDirectory("home"));
    }

    public ServerProcess Server { get; }

    public ServerUser User { get; }

    public Login Login { get; }

    public ClientRunner Runner { get; }

    public bool ByPassword => Login == Login.Password;

    public string Port => $"{Server.Port}";

    /// <summary>The configuration that OpenSSH's programs are given; nothing of the machine's own is read.</summary>
    public string SshConfiguration => _folder["ssh_config"];

    public string KnownHosts => Path.Combine(Runner.Home, ".ssh", "known_hosts");

    /// <summary>A folder for what the client receives.</summary>
    public string Received => _folder["received"];

    /// <summary>A file that holds the password alone.</summary>
    public string PasswordFile => _folder["password"];

    public string this[string name] => _folder[name];

    public static async Task<ClientSession> CreateAsync(ServerProcess server, ServerUser user, Login login)
    {
        var session = new ClientSession(server, user, login);
        Directory.CreateDirectory(session.Received);
        Directory.CreateDirectory(Path.GetDirectoryName(session.KnownHosts)!);
        await File.WriteAllTextAsync(session.KnownHosts, await server.KnownHostsAsync());
        await File.WriteAllTextAsync(session.PasswordFile, user.Password + "\n");
        await File.WriteAllTextAsync(session.SshConfiguration, session.Configuration());
        string askPass = session._folder["askpass"];
        await File.WriteAllTextAsync(askPass, $"#!/bin/sh\ncat '{session.PasswordFile}'\n");
        UnixFiles.SetMode(askPass, 0b101_000_000);
        session.Runner.With("SSH_ASKPASS", askPass).With("SSH_ASKPASS_REQUIRE", "force");
        return session;
    }

    /// <summary>Runs one of OpenSSH's programs with the session's configuration.</summary>
    public Task<ClientResult> OpenSshAsync(string program, string? input, params string[] arguments) =>
        Runner.RunAsync(program, ["-F", SshConfiguration, .. arguments], input);

    /// <summary>Runs an sftp batch; the first command that fails ends it with an error.</summary>
    public async Task<ClientResult> SftpAsync(string batch, params string[] arguments)
    {
        // -b turns BatchMode on, which forbids passwords; the first value given wins.
        ClientResult result = await OpenSshAsync("sftp", batch, ["-oBatchMode=no", .. arguments, "-b", "-", "server"]);
        return result.ExitCode == 0 ? result : throw Failed(result);
    }

    /// <summary>A failure with what the server complained of last.</summary>
    public ClientFailedException Failed(ClientResult result)
    {
        string[] lines = Server.Log.Split('\n');
        string[] complaints = [.. lines.Where(line => line.Contains("\"error\"", StringComparison.Ordinal) || line.Contains("\"warn\"", StringComparison.Ordinal))];
        string log = string.Join('\n', (complaints.Length > 0 ? complaints : lines).TakeLast(4));
        return new ClientFailedException(result.Everything + "\n-- server --\n" + log);
    }

    public void Dispose()
    {
        _folder.Dispose();
        if (Directory.Exists(User.Home))
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries(User.Home))
            {
                Remove(entry);
            }
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private string Configuration() =>
        $"""
        Host *
          HostName {ServerProcess.Host}
          Port {Server.Port}
          User {User.Name}
          UserKnownHostsFile {KnownHosts}
          GlobalKnownHostsFile /dev/null
          StrictHostKeyChecking yes
          UpdateHostKeys no
          IdentityAgent none
          IdentitiesOnly yes
          IdentityFile {User.Key.PrivateFile}
          PreferredAuthentications {(ByPassword ? "password" : "publickey")}
          NumberOfPasswordPrompts 1
          ConnectTimeout 20
          LogLevel ERROR

        """;
}

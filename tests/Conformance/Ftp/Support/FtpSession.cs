using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Support;

/// <summary>A client's side of one user: a clean home, and where and how it logs in.</summary>
public sealed class FtpSession(FtpServer server, ServerUser user, TlsUse tls, int port) : IDisposable
{
    private readonly TestDirectory _folder = new("ftpclient");

    public FtpServer Server => server;

    public ServerUser User => user;

    public TlsUse Tls => tls;

    public int Port => port;

    public bool IsTls => tls != TlsUse.None;

    public ClientRunner Runner => field ??= new ClientRunner(_folder.MakeDirectory("home"));

    /// <summary>The path of a local name.</summary>
    public string this[string name] => _folder[name];

    /// <summary>The path of a name in the user's home.</summary>
    public string Remote(string name) => Path.Combine(user.Home, name);

    /// <summary>The permission bits of a file in the user's home.</summary>
    public UnixFileMode ModeOf(string name) => OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(Remote(name));

    /// <summary>A local file of random bytes.</summary>
    public string Local(string name, long length)
    {
        FileTree.WriteRandom(_folder[name], length, (int)length + name.Length);
        return _folder[name];
    }

    /// <summary>Runs a client, which has to end well.</summary>
    public async Task<ClientResult> RunAsync(string program, IEnumerable<string> arguments, string? input = null)
    {
        ClientResult result = await Runner.RunAsync(program, arguments, input);
        return result.ExitCode == 0 ? result : throw Failed(result);
    }

    /// <summary>A failure with what the server did last for this user.</summary>
    public ClientFailedException Failed(ClientResult result) => new(result.Everything + "\n-- server --\n" + LastWords());

    /// <summary>The last lines of the server's log.</summary>
    public string LastWords() => string.Join('\n', server.Process.Log.Split('\n').TakeLast(30));

    public void Dispose() => _folder.Dispose();
}

using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Hpc.Conformance.Tests.Support;

/// <summary>One server with default settings for all tests that need nothing else; every session is a user of its own.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private static int _users;

    private readonly TestDirectory _folder = new("conformance");

    public ServerProcess Server { get; } = ServerProcess.Create(new ServerOptions { Banner = null });

    /// <summary>A folder with every kind of name and size; tests read it only.</summary>
    public string Tree => _folder["tree"];

    public async ValueTask InitializeAsync()
    {
        await Server.StartAsync();
        TreeContent.Write(Tree);
    }

    /// <summary>A client's home with the key, the password and the host keys of a new user.</summary>
    public Task<ClientSession> OpenAsync(Login login) => OpenAsync(Server, login);

    public static async Task<ClientSession> OpenAsync(ServerProcess server, Login login, string keyType = "ed25519")
    {
        ServerUser user = await server.AddUserAsync($"user{Interlocked.Increment(ref _users)}", keyType);
        return await ClientSession.CreateAsync(server, user, login);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}

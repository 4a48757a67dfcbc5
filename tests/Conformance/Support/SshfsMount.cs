using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Support;

/// <summary>A user's home mounted by sshfs until disposed.</summary>
internal sealed class SshfsMount : IAsyncDisposable
{
    private readonly ClientSession _session;
    private bool _mounted;

    private SshfsMount(ClientSession session)
    {
        _session = session;
        Path = Directory.CreateDirectory(session["mount"]).FullName;
    }

    public string Path { get; }

    public static async Task<SshfsMount> OpenAsync(ClientSession session)
    {
        var mount = new SshfsMount(session);
        string[] password = session.ByPassword ? ["-o", "password_stdin"] : [];
        ClientResult result = await session.Runner.RunAsync(
            "sshfs",
            ["server:", mount.Path, "-F", session.SshConfiguration, .. password],
            session.User.Password + "\n");
        if (result.ExitCode != 0)
        {
            throw session.Failed(result);
        }

        mount._mounted = true;
        return mount;
    }

    /// <summary>Unmounts; everything that was written has reached the server when this returns.</summary>
    public async Task<ClientResult> UnmountAsync()
    {
        ClientResult result = await _session.Runner.RunAsync("fusermount3", ["-u", Path]);
        _mounted = result.ExitCode != 0;
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        if (_mounted)
        {
            await _session.Runner.RunAsync("fusermount3", ["-u", "-z", Path]);
        }
    }
}

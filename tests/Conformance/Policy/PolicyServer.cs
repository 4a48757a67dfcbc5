using System.Globalization;
using System.Text.Json;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Policy;

/// <summary>What users and folders are set up with from the command line, and what the server counts.</summary>
internal static class PolicyServer
{
    private static int s_folders;

    /// <summary>A server of its own with settings like <c>storage.upload_mode=atomic</c>.</summary>
    public static async Task<HpcServerProcess> StartAsync(params string[] settings)
    {
        var server = new HpcServerProcess(new ServerOptions { Arguments = [.. settings.SelectMany(setting => new[] { "--set", setting })] });
        await server.StartAsync();
        return server;
    }

    /// <summary>A new user with what <c>hpc user set</c> is told.</summary>
    public static async Task<ClientSession> OpenAsync(HpcServerProcess server, params string[] flags)
    {
        ClientSession session = await SharedServer.OpenAsync(server, Login.Key);
        await SetAsync(session, flags);
        return session;
    }

    /// <summary>Changes the user; an open session may end by it.</summary>
    public static async Task SetAsync(ClientSession session, params string[] flags)
    {
        if (flags.Length > 0)
        {
            (await Server(session).RunAsync(["user", "set", session.User.Name, .. flags])).EnsureSuccess();
        }
    }

    /// <summary>A new virtual folder in an empty directory.</summary>
    public static async Task<(string Name, string Path)> AddFolderAsync(HpcServerProcess server, string above)
    {
        string name = $"folder{Interlocked.Increment(ref s_folders)}";
        string path = Directory.CreateDirectory(Path.Combine(above, name)).FullName;
        (await server.RunAsync(["folder", "add", name, "--path", path])).EnsureSuccess();
        return (name, path);
    }

    /// <summary>Has the server count again; what it thought before is in the answer.</summary>
    public static async Task<UsageFigures> ScanAsync(HpcServerProcess server, string what, string name)
    {
        ClientResult scan = (await server.RunAsync([what, "scan", name, "--json"])).EnsureSuccess();
        using var document = JsonDocument.Parse(scan.Output);
        long Number(string property) => document.RootElement.EnumerateObject()
            .First(entry => entry.Name.Replace("_", "", StringComparison.Ordinal).Equals(property, StringComparison.OrdinalIgnoreCase)).Value.GetInt64();
        return new UsageFigures(Number("filesbefore"), Number("bytesbefore"), Number("files"), Number("bytes"));
    }

    /// <summary>Runs sftp commands, each of which may fail, and returns what was said.</summary>
    public static async Task<string> TrySftpAsync(ClientSession session, string commands)
    {
        string batch = string.Concat(commands.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(command => $"-{command}\n"));
        ClientResult result = await session.OpenSshAsync("sftp", batch, "-oBatchMode=no", "-b", "-", "server");
        return result.Output + result.Error;
    }

    /// <summary>A file on the client's side.</summary>
    public static string LocalFile(ClientSession session, string name, long length, int seed = 1)
    {
        FileTree.WriteRandom(session[name], length, seed);
        return session[name];
    }

    /// <summary>Files and bytes as <c>find</c> sees them, each file once.</summary>
    public static async Task<(long Files, long Bytes)> CountAsync(ClientSession session, string directory)
    {
        ClientResult found = (await session.Runner.RunAsync("find", [directory, "-type", "f", "-printf", "%D:%i %s\n"])).EnsureSuccess();
        string[] files = [.. found.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct()];
        return (files.Length, files.Sum(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)));
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, int seconds = 60)
    {
        using var clock = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (!await condition())
        {
            if (clock.IsCancellationRequested)
            {
                throw new ClientFailedException($"After {seconds} seconds still not: {what}.");
            }

            await Task.Delay(20);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static HpcServerProcess Server(ClientSession session) => (HpcServerProcess)session.Server;
}

/// <summary>What a scan found, and what was thought before it.</summary>
internal sealed record UsageFigures(long FilesBefore, long BytesBefore, long Files, long Bytes);

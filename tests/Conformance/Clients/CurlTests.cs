using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Clients;

/// <summary>Debian 12's curl is built with libssh2 1.10, which knows neither AEAD ciphers nor encrypt-then-MAC; the server offers it what it knows (docs/adr/0002).</summary>
public sealed class CurlTests(SharedServer shared) : TreeTransfer(shared)
{
    // curl refuses control characters in a URL.
    protected override IReadOnlyCollection<string> CannotCarry => [TreeContent.NewlineName];

    protected override void CheckTools() => Require.Tool("curl");

    protected override async Task UploadAsync(ClientSession session, string localFolder, string remoteName)
    {
        var lines = new List<string>();
        foreach (string file in Directory.EnumerateFiles(localFolder, "*", SearchOption.AllDirectories))
        {
            lines.Add($"upload-file = {Quote(file)}\nurl = {Quote(Url(session, $"{remoteName}/{Path.GetRelativePath(localFolder, file)}"))}");
        }

        // curl makes folders on the way to a file only; empty ones are made by command.
        foreach (string folder in Directory.EnumerateDirectories(localFolder, "*", SearchOption.AllDirectories))
        {
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                string name = $"/{remoteName}/{Path.GetRelativePath(localFolder, folder)}";
                lines.Add($"next\n{Login(session)}quote = {Quote($"mkdir \"{name}\"")}\nurl = {Quote(Url(session, string.Empty))}\noutput = /dev/null");
            }
        }

        await CurlAsync(session, $"{Login(session)}ftp-create-dirs\n{string.Join('\n', lines)}\n");
    }

    protected override async Task DownloadAsync(ClientSession session, string remoteName, string intoFolder)
    {
        // What to fetch comes from the server's disk: curl lists folders as text only.
        string root = Path.Combine(session.User.Home, remoteName);
        var lines = new List<string>();
        foreach (string entry in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories))
        {
            string relative = $"{remoteName}/{Path.GetRelativePath(root, entry)}";
            string target = Path.Combine(intoFolder, relative);
            if (Directory.Exists(entry))
            {
                Directory.CreateDirectory(target);
            }
            else
            {
                lines.Add($"output = {Quote(target)}\nurl = {Quote(Url(session, relative))}");
            }
        }

        await CurlAsync(session, $"{Login(session)}{string.Join('\n', lines)}\n");
    }

    private static async Task CurlAsync(ClientSession session, string configuration)
    {
        ClientResult result = await session.Runner.RunAsync(
            "curl", ["-q", "--silent", "--show-error", "--fail-early", "--config", "-"], configuration);
        if (result.ExitCode != 0)
        {
            throw session.Failed(result);
        }
    }

    private static string Login(ClientSession session) => "globoff\n" + (session.ByPassword
        ? $"user = {Quote($"{session.User.Name}:{session.User.Password}")}\n"
        : $"user = {Quote(session.User.Name + ":")}\nkey = {Quote(session.User.Key.PrivateFile)}\npubkey = {Quote(session.User.Key.PublicFile)}\n");

    private static string Url(ClientSession session, string path) =>
        $"sftp://{ServerProcess.Host}:{session.Port}/" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string Quote(string value) =>
        "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}

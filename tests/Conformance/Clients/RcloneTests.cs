using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Clients;

public sealed class RcloneTests(SharedServer shared) : TreeTransfer(shared)
{
    // rclone writes a newline in a name as U+240A.
    protected override IReadOnlyCollection<string> CannotCarry => [TreeContent.NewlineName];

    protected override void CheckTools() => Require.Tool("rclone");

    protected override Task UploadAsync(ClientSession session, string localFolder, string remoteName) =>
        RcloneAsync(session, "copy", localFolder, $"server:{remoteName}", "--create-empty-src-dirs");

    protected override Task DownloadAsync(ClientSession session, string remoteName, string intoFolder) =>
        RcloneAsync(session, "copy", $"server:{remoteName}", Path.Combine(intoFolder, remoteName), "--create-empty-src-dirs");

    [Fact]
    public async Task A_copied_tree_is_found_equal_by_check_with_checksums()
    {
        CheckTools();
        using ClientSession session = await Shared.OpenAsync(Login.Key);
        string small = Path.Combine(Shared.Tree, "a");
        await RcloneAsync(session, "copy", small, "server:a");
        ClientResult checkedAll = await RcloneAsync(session, "check", small, "server:a");
        checkedAll.Error.ShouldContain("0 differences found");
    }

    private static async Task<ClientResult> RcloneAsync(ClientSession session, string command, string from, string to, params string[] flags)
    {
        ClientResult obscured = await session.Runner.RunAsync("rclone", ["obscure", "-"], session.User.Password);
        string[] login = session.ByPassword
            ? ["--sftp-pass", obscured.EnsureSuccess().Output.Trim()]
            : ["--sftp-key-file", session.User.Key.PrivateFile];
        string configuration = session["rclone.conf"];
        await File.WriteAllTextAsync(configuration, "[server]\ntype = sftp\nshell_type = unix\n");
        ClientResult result = await session.Runner.RunAsync(
            "rclone",
            [
                command, from, to, "--config", configuration,
                "--sftp-host", ServerProcess.Host, "--sftp-port", session.Port, "--sftp-user", session.User.Name,
                "--sftp-known-hosts-file", session.KnownHosts, .. login,
                .. flags, "--retries", "1", "--low-level-retries", "1", "-v",
            ]);
        return result.ExitCode == 0 ? result : throw session.Failed(result);
    }
}

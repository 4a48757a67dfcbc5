using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Policy;

/// <summary>One file up or down by a client that is not OpenSSH's sftp; failing is an answer.</summary>
internal static class OtherClient
{
    public static Task<ClientResult> TryAsync(string client, ClientSession session, bool download, string remote, string local) => client switch
    {
        "scp" => download
            ? session.OpenSshAsync("scp", null, "-O", $"server:{remote}", local)
            : session.OpenSshAsync("scp", null, "-O", local, $"server:{remote}"),
        "rclone" => RcloneAsync(session, download, remote, local),
        "lftp" => LftpAsync(session, download, remote, local),
        "sshfs" => SshfsAsync(session, download, remote, local),
        _ => throw new ArgumentOutOfRangeException(nameof(client), client, null),
    };

    private static async Task<ClientResult> RcloneAsync(ClientSession session, bool download, string remote, string local)
    {
        string configuration = session["rclone.conf"];
        await File.WriteAllTextAsync(configuration, "[server]\ntype = sftp\nshell_type = unix\n");
        string[] paths = download ? [$"server:/{remote}", local] : [local, $"server:/{remote}"];
        return await session.Runner.RunAsync(
            "rclone",
            [
                "copyto", .. paths, "--config", configuration, "--sftp-host", ServerProcess.Host, "--sftp-port", session.Port, "--sftp-user", session.User.Name,
                "--sftp-known-hosts-file", session.KnownHosts, "--sftp-key-file", session.User.Key.PrivateFile, "--sftp-set-modtime=false", "--retries", "1", "--low-level-retries", "1",
            ]);
    }

    private static Task<ClientResult> LftpAsync(ClientSession session, bool download, string remote, string local)
    {
        string command = download ? $"get -e /{remote} -o {local}" : $"put -e {local} -o /{remote}";
        string script =
            $"""
            set sftp:connect-program "ssh -a -x -F {session.SshConfiguration}"
            set net:max-retries 1
            set net:timeout 30
            set cmd:fail-exit yes
            set xfer:clobber yes
            open -u {session.User.Name},unused -p {session.Port} sftp://{ServerProcess.Host}
            {command}

            """;
        return session.Runner.RunAsync("lftp", ["--norc", "-f", "/dev/stdin"], script);
    }

    private static async Task<ClientResult> SshfsAsync(ClientSession session, bool download, string remote, string local)
    {
        Require.Tool("fusermount3");
        Require.Fuse();
        await using SshfsMount mount = await SshfsMount.OpenAsync(session);
        string there = Path.Combine(mount.Path, remote);
        ClientResult copied = await session.Runner.RunAsync("cp", download ? [there, local] : ["--no-preserve=all", local, there]);
        await mount.UnmountAsync();
        return copied;
    }
}

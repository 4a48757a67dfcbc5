using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hpc.TestKit;

/// <summary>
/// OpenSSH's sshd with its own configuration, host keys and users: the reference that proves the tests, and the
/// opponent of the benchmarks. Needs root: users live in a passwd and a shadow file that only this process sees.
/// </summary>
public sealed class OpenSshServerProcess(ServerOptions options) : ServerProcess(options)
{
    // Inside the server's mount namespace only; sshd wants every folder above a chroot owned by root.
    private const string HomesInside = "/mnt";

    private const int OwnerWrites = 0b111_101_101;

    private static readonly string[] HostKeyTypes = ["ed25519", "rsa", "ecdsa"];

    private string Passwd => Folder["passwd"];

    private string Shadow => Folder["shadow"];

    private string Keys => Folder["authorized"];

    private string Configuration => Folder["sshd_config"];

    /// <inheritdoc/>
    protected override async Task PrepareAsync()
    {
        Port = Port == 0 ? FreePort() : Port;
        if (File.Exists(Configuration))
        {
            return;
        }

        Directory.CreateDirectory(Keys);
        File.Copy("/etc/passwd", Passwd);
        File.Copy("/etc/shadow", Shadow);
        UnixFiles.SetMode(Homes, OwnerWrites);
        foreach (string type in HostKeyTypes)
        {
            await SshKeyPair.CreateAsync(Tools, Folder["host-" + type], type).ConfigureAwait(false);
        }

        string everything = Options.Algorithms == AlgorithmProfile.Everything ? await EveryAlgorithmAsync().ConfigureAwait(false) : string.Empty;
        string banner = string.Empty;
        if (Options.Banner is { } text)
        {
            await File.WriteAllTextAsync(Folder["banner"], text).ConfigureAwait(false);
            banner = "Banner " + Folder["banner"];
        }

        await File.WriteAllTextAsync(
            Configuration,
            $"""
            Port {Port}
            ListenAddress {Host}
            {string.Join('\n', HostKeyTypes.Select(type => "HostKey " + Folder["host-" + type]))}
            PidFile none
            UsePAM no
            StrictModes no
            PermitRootLogin yes
            PasswordAuthentication yes
            PubkeyAuthentication yes
            AuthorizedKeysFile {Keys}/%u
            MaxStartups 200
            MaxSessions 50
            AllowTcpForwarding no
            ChrootDirectory {HomesInside}/%u
            Subsystem sftp internal-sftp
            ForceCommand internal-sftp
            {banner}
            {(Options.RekeyBytes is { } bytes ? $"RekeyLimit {bytes}" : string.Empty)}
            {everything}
            """).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Command()
    {
        var start = new ProcessStartInfo("unshare");
        string script =
            $"mount --bind '{Passwd}' /etc/passwd && mount --bind '{Shadow}' /etc/shadow" +
            $" && mount --bind '{Homes}' {HomesInside} && mkdir -p /run/sshd" +
            $" && exec '{ClientRunner.Find("sshd")}' -D -e -f '{Configuration}'";
        foreach (string argument in new[] { "--mount", "--propagation", "private", "sh", "-c", script })
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <inheritdoc/>
    protected override int? PortFrom(string line) =>
        line.StartsWith($"Server listening on {Host} port ", StringComparison.Ordinal) ? Port : null;

    /// <inheritdoc/>
    protected override async Task AddAsync(ServerUser user)
    {
        ClientResult hash = await Tools.RunAsync("openssl", ["passwd", "-6", "-stdin"], user.Password + "\n").ConfigureAwait(false);
        hash.EnsureSuccess();
        await File.AppendAllTextAsync(Passwd, $"{user.Name}:x:0:0::/:/bin/sh\n").ConfigureAwait(false);
        await File.AppendAllTextAsync(Shadow, $"{user.Name}:{hash.Output.Trim()}:19000:0:99999:7:::\n").ConfigureAwait(false);
        File.Copy(user.Key.PublicFile, Path.Combine(Keys, user.Name));
        UnixFiles.SetMode(user.Home, OwnerWrites);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<string> EveryAlgorithmAsync()
    {
        var lines = new List<string>();
        foreach ((string query, string keyword) in new[] { ("cipher", "Ciphers"), ("mac", "MACs"), ("kex", "KexAlgorithms") })
        {
            ClientResult known = await Tools.RunAsync("ssh", ["-Q", query]).ConfigureAwait(false);
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{keyword} {string.Join(',', known.EnsureSuccess().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))}"));
        }

        lines.Add("HostKeyAlgorithms +ssh-rsa");
        lines.Add("PubkeyAcceptedAlgorithms +ssh-rsa");
        return string.Join('\n', lines);
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using Hpc.Conformance.Tests.Policy;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Support;

/// <summary>A server that speaks FTP, with its certificates.</summary>
public sealed partial class FtpServer : IAsyncDisposable
{
    /// <summary>Stands for the folder of the certificates in keys of listeners and in settings.</summary>
    public const string CertificatesFolder = "{certificates}";

    private const string PassivePortsSetting = "ftp.passive_ports=";

    private readonly TestDirectory _folder = new("ftp");
    private readonly int[] _ports;

    private FtpServer(string[] listeners, string[] settings)
    {
        Certificates = new FtpCertificates(_folder.Path);
        _ports = new int[listeners.Length];
        PassivePorts = settings.LastOrDefault(static setting => setting.StartsWith(PassivePortsSetting, StringComparison.Ordinal))?[PassivePortsSetting.Length..] ?? "";
        string[] own =
        [
            $"ftp.certificate_file={Certificates.CertificateOf("server")}",
            $"ftp.certificate_key_file={Certificates.KeyOf("server")}",
            PassivePortsSetting + PassivePorts,
            .. listeners.SelectMany(static (keys, i) => keys.Split(' ', StringSplitOptions.RemoveEmptyEntries).Prepend("address=127.0.0.1:0").Select(key => $"ftp.listeners[{i}].{key}")),
        ];
        string[] arguments = [.. own.Concat(settings.Where(static setting => !setting.StartsWith(PassivePortsSetting, StringComparison.Ordinal))).SelectMany(setting => new[] { "--set", setting.Replace(CertificatesFolder, _folder.Path, StringComparison.Ordinal) })];
        Process = new HpcServerProcess(new ServerOptions { Http = true, Arguments = arguments });
    }

    public HpcServerProcess Process { get; }

    public FtpCertificates Certificates { get; }

    /// <summary>Starts one with listeners like <c>tls_mode=implicit log_commands=true</c>.</summary>
    public static Task<FtpServer> StartAsync(string[] listeners, params string[] settings) => StartAsync(static _ => { }, listeners, settings);

    /// <summary>Starts one after further certificates were issued.</summary>
    public static async Task<FtpServer> StartAsync(Action<FtpCertificates> issue, string[] listeners, params string[] settings)
    {
        Require.NotReference("it does not speak FTP.");
        var server = new FtpServer(listeners, settings);
        try
        {
            issue(server.Certificates);
            await server.Process.StartAsync();
            server.ReadPorts();
            await PolicyServer.UntilAsync(() => server.Process.HasServedHttp(1), "the REST API listens");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<int> Ports => _ports;

    /// <summary>What was given for <c>ftp.passive_ports</c>; any port if nothing was.</summary>
    public string PassivePorts { get; }

    /// <summary>The port of a listener, in the order in which they were given.</summary>
    public int Port(int listener) => _ports[listener];

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Certificates.Dispose();
        _folder.Dispose();
    }

    private void ReadPorts()
    {
        string line = Process.Log.Split('\n').First(static line => line.StartsWith("Listening on", StringComparison.Ordinal));
        MatchCollection found = FtpAddress().Matches(line);
        found.Count.ShouldBe(_ports.Length, line);
        for (int i = 0; i < _ports.Length; i++)
        {
            _ports[i] = int.Parse(found[i].Groups[1].Value, CultureInfo.InvariantCulture);
        }
    }

    [GeneratedRegex(@"FTP[^,;]* on (?:127\.0\.0\.1|\[::1\]):(\d+)")]
    private static partial Regex FtpAddress();
}

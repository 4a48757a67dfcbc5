using Hpc.Crypto.Keys;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

/// <summary>What SIGHUP does: log level, a new log file, and host keys. A fault in the configuration leaves everything as it was. Holds the host keys.</summary>
internal sealed partial class ReloadHook : IDisposable
{
    private readonly Func<HpcOptions> _load;
    private readonly DataDirectory _directory;
    private readonly HpcLoggerProvider _logs;
    private readonly ILogger _logger;

    // By the signal's thread and the start; reloads may overlap.
    private readonly Lock _sync = new();
    private readonly List<SshPrivateKey> _owned;
    private ServerHost? _host;

    public ReloadHook(Func<HpcOptions> load, DataDirectory directory, HpcLoggerProvider logs, ILogger logger)
    {
        _load = load;
        _directory = directory;
        _logs = logs;
        _logger = logger;
        HostKeys = HostKeyStore.LoadOrCreate(directory.HostKeys, logger);
        _owned = [.. HostKeys];
    }

    public IReadOnlyList<SshPrivateKey> HostKeys { get; private set; }

    public void Attach(ServerHost host)
    {
        lock (_sync)
        {
            _host = host;
        }
    }

    public void Run()
    {
        lock (_sync)
        {
            try
            {
                HpcOptions fresh = _load();
                bool isNewKeys = ReloadHostKeys();
                _logs.Minimum = LogSetup.LevelOf(fresh.Log.Level);
                _logs.Reopen();
                if (_host?.ReloadCertificates() == false)
                {
                    CertificatesKept(_logger);
                }

                Reloaded(_logger, ChoiceText.Of(fresh.Log.Level), isNewKeys ? "replaced" : "unchanged");
            }
            catch (Exception e) when (e is ConfigurationException or IOException or UnauthorizedAccessException)
            {
                ReloadRefused(_logger, e.Message);
            }
        }
    }

    public void Dispose()
    {
        foreach (SshPrivateKey key in _owned)
        {
            key.Dispose();
        }
    }

    private bool ReloadHostKeys()
    {
        IReadOnlyList<SshPrivateKey> keys = HostKeyStore.Load(_directory.HostKeys);
        if (keys.Select(BlobOf).SequenceEqual(HostKeys.Select(BlobOf), StringComparer.Ordinal))
        {
            foreach (SshPrivateKey key in keys)
            {
                key.Dispose();
            }

            return false;
        }

        _owned.AddRange(keys);
        HostKeys = keys;
        _host?.ReplaceHostKeys(keys);
        return true;
    }

    private static string BlobOf(SshPrivateKey key) => Convert.ToBase64String(key.PublicKey.Blob.Span);

    [LoggerMessage(4012, LogLevel.Information, "reloaded: log level {LogLevelName}, log file opened anew, host keys {HostKeys}; other settings take a restart")]
    private static partial void Reloaded(ILogger logger, string logLevelName, string hostKeys);

    [LoggerMessage(4014, LogLevel.Error, "a certificate cannot be read, and stays as it was")]
    private static partial void CertificatesKept(ILogger logger);

    [LoggerMessage(4013, LogLevel.Error, "reload refused, everything stays as it was: {Reason}")]
    private static partial void ReloadRefused(ILogger logger, string reason);
}

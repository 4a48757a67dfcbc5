using System.Text;
using Hpc.Crypto.Keys;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Logging;
using Hpc.Server.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Tests.Hosting;

public sealed class ReloadHookTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly SharedText _log = new();
    private readonly HpcLoggerProvider _logs;
    private readonly ILoggerFactory _loggers;
    private readonly DataDirectory _directory;

    public ReloadHookTests()
    {
        _logs = new HpcLoggerProvider(LogFormatter.Text(TimeProvider.System, utc: true), new ConsoleSink(_log), LogLevel.Information);
        _loggers = LoggerFactory.Create(builder => builder.AddProvider(_logs));
        _directory = new DataDirectory(new HpcOptions { DataDirectory = _temporary.Path });
        Directory.CreateDirectory(_directory.HostKeys);
        WriteKey();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _loggers.Dispose();
        await _logs.DisposeAsync();
        _temporary.Dispose();
    }

    [Fact]
    public void The_log_level_and_new_host_keys_are_taken_over()
    {
        var options = new HpcOptions();
        options.Log.Level = LogLevelName.Debug;
        using ReloadHook hook = Hook(() => options);
        string before = Fingerprint(hook);
        WriteKey();
        hook.Run();
        _logs.Minimum.ShouldBe(LogLevel.Debug);
        Fingerprint(hook).ShouldNotBe(before);
    }

    [Fact]
    public void Host_keys_that_are_the_same_stay_the_same_objects()
    {
        using ReloadHook hook = Hook(() => new HpcOptions());
        IReadOnlyList<SshPrivateKey> before = hook.HostKeys;
        hook.Run();
        hook.HostKeys.ShouldBeSameAs(before);
    }

    [Fact]
    public async Task A_fault_in_the_configuration_changes_nothing_and_is_logged()
    {
        using ReloadHook hook = Hook(() => throw new ConfigurationException("log.level: found \"loud\""));
        IReadOnlyList<SshPrivateKey> before = hook.HostKeys;
        WriteKey();
        hook.Run();
        hook.HostKeys.ShouldBeSameAs(before);
        _logs.Minimum.ShouldBe(LogLevel.Information);
        await _logs.DisposeAsync();
        _log.ToString().ShouldContain("reload refused, everything stays as it was: log.level: found \"loud\"");
    }

    [Fact]
    public void Host_keys_that_others_can_read_are_not_taken_over()
    {
        var options = new HpcOptions();
        options.Log.Level = LogLevelName.Error;
        using ReloadHook hook = Hook(() => options);
        string before = Fingerprint(hook);
        string path = WriteKey();
        File.SetUnixFileMode(path, PrivateFile.FileMode | UnixFileMode.OtherRead);
        hook.Run();
        Fingerprint(hook).ShouldBe(before);
        _logs.Minimum.ShouldBe(LogLevel.Information);
    }

    private static string Fingerprint(ReloadHook hook) => OpenSshPublicKey.Fingerprint(hook.HostKeys.Single().PublicKey.Blob.Span);

    private ReloadHook Hook(Func<HpcOptions> load) => new(load, _directory, _logs, _loggers.CreateLogger("test"));

    private string WriteKey()
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-ed25519");
        string path = Path.Combine(_directory.HostKeys, "ssh_host_own_key");
        PrivateFile.Write(path, Encoding.ASCII.GetBytes(OpenSshPrivateKeyFile.Write(key)));
        return path;
    }
}

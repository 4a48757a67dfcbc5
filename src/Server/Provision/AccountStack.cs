using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.SecondFactor;
using Hpc.Accounts.Secrets;
using Hpc.Accounts.Services;
using Hpc.Accounts.Usage;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>The accounts of a server or a command, from the data provider up.</summary>
internal sealed class AccountStack : IAsyncDisposable
{
    private readonly MasterKey? _masterKey;

    private AccountStack(HpcOptions options, IDataProvider provider, MasterKey? masterKey, IUsageStore usage, ILoggerFactory loggers)
    {
        _masterKey = masterKey;
        Provider = provider;
        UsageStore = usage;
        Usage = new StoreUsageFigures(usage, TimeProvider.System);
        Passwords = new PasswordWorkers(OptionMapping.PasswordWorkers(options), TimeProvider.System, loggers.CreateLogger<PasswordWorkers>());
        var protector = new LocalSecretProtector(masterKey);
        Protector = new LoggedSecretProtector(protector, loggers.CreateLogger<LoggedSecretProtector>());
        Directory = new AccountDirectory(provider.Objects, new AccountDirectoryOptions(), TimeProvider.System, loggers);
        Folders = new FolderDirectory(provider.Objects);
        Shares = new ShareDirectory(provider.Objects);
        Services = new AccountServices(
            provider, Passwords, protector, OptionMapping.Accounts(options), TimeProvider.System, loggers.CreateLogger<AccountServices>(), Usage, [Directory, Changes]);
        SecondFactors = new SecondFactors(OptionMapping.SecondFactors(options), Protector, provider.Ephemeral, TimeProvider.System);
        Dumps = new DumpService(Services, new DumpLimits(), loggers.CreateLogger<DumpService>());
    }

    public IDataProvider Provider { get; }

    /// <summary>What is in use: the data provider's where it keeps it, else the one that it was opened with.</summary>
    public IUsageStore UsageStore { get; }

    public StoreUsageFigures Usage { get; }

    public PasswordWorkers Passwords { get; }

    public ISecretProtector Protector { get; }

    public AccountDirectory Directory { get; }

    public IFolderDirectory Folders { get; }

    public IShareDirectory Shares { get; }

    public AccountServices Services { get; }

    public SecondFactors SecondFactors { get; }

    public DumpService Dumps { get; }

    /// <summary>Keeps what is in memory in a file; null where the data provider keeps it.</summary>
    public MemoryDump? Saver { get; set; }

    /// <summary>Who else is told of changes.</summary>
    public ChangeRelay Changes { get; } = new();

    /// <summary>Opens the data provider, and brings its schema up to date where that is configured.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="directory">Where the master key is.</param>
    /// <param name="usage">What is in use, where the data provider does not keep it.</param>
    /// <param name="loggers">Where it is logged.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="patience">How long to wait for a database server that cannot be reached yet; not at all unless given.</param>
    /// <exception cref="DataProviderException">The data provider cannot be used.</exception>
    /// <exception cref="ConfigurationException">The master key or the password file cannot be read.</exception>
    public static async Task<AccountStack> OpenAsync(HpcOptions options, DataDirectory directory, IUsageStore usage, ILoggerFactory loggers, CancellationToken ct, TimeSpan patience = default)
    {
        IDataProvider provider = DataProviders.Create(options.DataProvider, directory, TimeProvider.System, loggers);
        MasterKey? masterKey = null;
        try
        {
            masterKey = OpenMasterKey(directory.MasterKey);
            MasterKeyMark.WarnIfShort(masterKey, directory.MasterKey, loggers.CreateLogger<AccountStack>());
            SchemaUpdate update = options.DataProvider.UpdateMode == 0 ? SchemaUpdate.Automatic : SchemaUpdate.Never;
            await new ProviderStart(TimeProvider.System, loggers.CreateLogger<ProviderStart>()).RunAsync(token => provider.OpenAsync(update, token), patience, ct).ConfigureAwait(false);
            await MasterKeyMark.CheckAsync(provider, masterKey, directory.MasterKey, options.Secrets.AcceptNewKey, ct).ConfigureAwait(false);
            return new AccountStack(options, provider, masterKey, provider.Usage ?? usage, loggers);
        }
        catch
        {
            masterKey?.Dispose();
            await provider.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Saver is not null)
        {
            await Saver.DisposeAsync().ConfigureAwait(false);
        }

        Directory.Dispose();
        Passwords.Dispose();
        await Provider.DisposeAsync().ConfigureAwait(false);
        _masterKey?.Dispose();
    }

    private static MasterKey OpenMasterKey(string path)
    {
        try
        {
            return MasterKeyFile.Open(path);
        }
        catch (MasterKeyException e)
        {
            throw new ConfigurationException($"secrets.master_key_file: {e.Message}", e);
        }
    }
}

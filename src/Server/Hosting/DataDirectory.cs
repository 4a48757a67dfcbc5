using Hpc.Server.Admin;
using Hpc.Server.Configuration;
using Hpc.Server.Provision;

namespace Hpc.Server.Hosting;

/// <summary>The places in the data directory, and the lock that keeps a second server out.</summary>
internal sealed class DataDirectory
{
    public DataDirectory(HpcOptions options)
    {
        Path = System.IO.Path.GetFullPath(options.DataDirectory);
        string name = options.DataProvider.Driver == DataProviderDriver.Keyvalue ? "objects.kv" : "hpc.db";
        bool isFile = options.DataProvider.Driver is DataProviderDriver.Sqlite or DataProviderDriver.Keyvalue or DataProviderDriver.Memory;
        Database = System.IO.Path.Combine(Path, isFile && options.DataProvider.Name.Length > 0 ? options.DataProvider.Name : name);
        UsageDatabase = System.IO.Path.Combine(Path, "usage.db");
        NodeId = System.IO.Path.Combine(Path, "node.id");
        HostKeys = System.IO.Path.Combine(Path, options.Ssh.HostKeys);
        Backups = System.IO.Path.Combine(Path, options.DataProvider.BackupsPath);
        MasterKey = System.IO.Path.Combine(Path, options.Secrets.MasterKeyFile);
    }

    public string Path { get; }

    /// <summary>The file of the data provider, if it has one.</summary>
    public string Database { get; }

    public string UsageDatabase { get; }

    /// <summary>The name of this node among those of one database.</summary>
    public string NodeId { get; }

    public string HostKeys { get; }

    public string MasterKey { get; }

    /// <summary>Where dumps go and come from.</summary>
    public string Backups { get; }

    /// <summary>Where the server's own files are in it or will be, and those of SQLite beside them.</summary>
    public IEnumerable<string> Files =>
    [
        .. new[] { Database, UsageDatabase, UsageTakeOver.NameAfter(UsageDatabase) }.SelectMany(file => new[] { file, file + "-wal", file + "-shm", file + "-journal" }),
        System.IO.Path.Combine(Path, AdminAccessFile.Name),
        MasterKey,
        NodeId,
        LockFile,
    ];

    private string LockFile => System.IO.Path.Combine(Path, "serve.lock");

    public void Create()
    {
        try
        {
            PrivateFile.CreateDirectory(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"data_dir: found \"{Path}\", which cannot be created ({e.Message})", e);
        }
    }

    /// <summary>Taken by a running server; freed by the kernel however it ends.</summary>
    /// <exception cref="ConfigurationException">Another server has it.</exception>
    public IDisposable Lock()
    {
        string file = LockFile;
        try
        {
            return new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = PrivateFile.FileMode,
            });
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ConfigurationException($"data_dir: found \"{Path}\", in which this user may not write.", e);
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"data_dir: found \"{Path}\", which another 'hpc serve' is using (or {file} cannot be locked: {e.Message}).", e);
        }
    }
}

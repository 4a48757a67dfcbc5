using Hpc.Accounts.Sql;

namespace Hpc.Providers.Tests.Servers;

/// <summary>One server for all tests of this assembly, started by the first that asks.</summary>
public abstract class ServerFixture<T> : IAsyncDisposable
    where T : DatabaseServer, new()
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, SqlProviderOptions> _databases = [];
    private T? _server;

    /// <summary>The server, running.</summary>
    public async Task<T> GetAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _server ??= await StartNewAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The database of a test class: made when it asks first.</summary>
    public async Task<SqlProviderOptions> DatabaseOfAsync(Type testClass)
    {
        T server = await GetAsync();
        await _gate.WaitAsync();
        try
        {
            if (!_databases.TryGetValue(testClass.Name, out SqlProviderOptions? options))
            {
                options = await server.NewDatabaseAsync();
                _databases.Add(testClass.Name, options);
            }

            return options;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Another server, which the caller disposes of.</summary>
    public static async Task<T> StartNewAsync()
    {
        var server = new T();
        try
        {
            server.MakeCertificates();
            await server.PrepareAsync();
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _gate.Dispose();
    }
}

using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Server.Cli.Access;

/// <summary>Objects for commands: those of a running server through its REST API, else those of the data provider. The actor is the operator.</summary>
internal interface IAccountClient : IAsyncDisposable
{
    /// <summary>Complete and with hashes; null if there is none.</summary>
    Task<Versioned<T>?> FindAsync<T>(ObjectRoute<T> route, string name, CancellationToken ct)
        where T : class, IAccountObject;

    /// <summary>A page of at most <paramref name="limit"/> (up to 500) in the order of names, without hashes.</summary>
    Task<IReadOnlyList<T>> ListAsync<T>(ObjectRoute<T> route, int offset, int limit, CancellationToken ct)
        where T : class, IAccountObject;

    Task<ObjectResult<T>> AddAsync<T>(ObjectRoute<T> route, T value, CancellationToken ct)
        where T : class, IAccountObject;

    Task<ObjectResult<T>> UpdateAsync<T>(ObjectRoute<T> route, string name, T value, long? version, CancellationToken ct)
        where T : class, IAccountObject;

    Task<ObjectResult<T>> DeleteAsync<T>(ObjectRoute<T> route, string name, CancellationToken ct)
        where T : class, IAccountObject;

    /// <summary>Switches the second factor of a user or administrator off, and its recovery codes with it; none is no fault.</summary>
    Task<ObjectResult<TotpConfig>> DisableSecondFactorAsync(ObjectKind kind, string name, CancellationToken ct);
}

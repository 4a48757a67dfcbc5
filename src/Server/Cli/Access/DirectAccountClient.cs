using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Server.Provision;

namespace Hpc.Server.Cli.Access;

/// <summary>Objects of the data provider itself, where no server runs.</summary>
internal sealed class DirectAccountClient(AccountStack stack, IAsyncDisposable? owned) : IAccountClient
{
    public AccountStack Stack => stack;

    public async Task<Versioned<T>?> FindAsync<T>(ObjectRoute<T> route, string name, CancellationToken ct)
        where T : class, IAccountObject => await route.Service(stack.Services).FindAsync(name, ChangeContext.Operator, ct).ConfigureAwait(false);

    public async Task<IReadOnlyList<T>> ListAsync<T>(ObjectRoute<T> route, int offset, int limit, CancellationToken ct)
        where T : class, IAccountObject
    {
        IObjectService<T> service = route.Service(stack.Services);
        IReadOnlyList<Versioned<T>> page = await service.ListAsync(new ObjectPage { Offset = offset, Limit = limit }, ChangeContext.Operator, ct).ConfigureAwait(false);
        return [.. page.Select(found => service.Redact(found.Value))];
    }

    public async Task<ObjectResult<T>> AddAsync<T>(ObjectRoute<T> route, T value, CancellationToken ct)
        where T : class, IAccountObject => await route.Service(stack.Services).AddAsync(value, ChangeContext.Operator, ct).ConfigureAwait(false);

    public async Task<ObjectResult<T>> UpdateAsync<T>(ObjectRoute<T> route, string name, T value, long? version, CancellationToken ct)
        where T : class, IAccountObject => await route.Service(stack.Services).UpdateAsync(name, value, version, ChangeContext.Operator, ct).ConfigureAwait(false);

    public async Task<ObjectResult<T>> DeleteAsync<T>(ObjectRoute<T> route, string name, CancellationToken ct)
        where T : class, IAccountObject => await route.Service(stack.Services).DeleteAsync(name, null, ChangeContext.Operator, ct).ConfigureAwait(false);

    public async Task<ObjectResult<TotpConfig>> DisableSecondFactorAsync(ObjectKind kind, string name, CancellationToken ct) =>
        await stack.Services.SecondFactors.DisableAsync(kind, name, ChangeContext.Operator, ct).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await stack.DisposeAsync().ConfigureAwait(false);
        if (owned is not null)
        {
            await owned.DisposeAsync().ConfigureAwait(false);
        }
    }
}

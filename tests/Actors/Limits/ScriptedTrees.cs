using System.Collections.Concurrent;
using Hpc.Actors.Limits;
using Hpc.Storage;

namespace Hpc.Actors.Tests.Limits;

/// <summary>Opens what a test says, and remembers what it was asked for.</summary>
internal sealed class ScriptedTrees(Func<string, StorageResult<ScopeTree>> open) : IScopeTrees
{
    private readonly ConcurrentQueue<string> _opened = [];

    public IReadOnlyList<string> Opened => [.. _opened];

    public ValueTask<bool> ExistsAsync(string scope, CancellationToken ct) =>
        ValueTask.FromResult(open(scope) is var opened && opened.Error != StorageError.NotFound);

    public ValueTask<StorageResult<ScopeTree>> OpenAsync(string scope, CancellationToken ct)
    {
        _opened.Enqueue(scope);
        return ValueTask.FromResult(open(scope));
    }
}

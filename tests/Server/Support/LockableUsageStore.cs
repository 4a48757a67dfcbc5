using System.Data.Common;
using System.Reflection;
using Hpc.Accounts.Usage;

namespace Hpc.Server.Tests.Support;

/// <summary>A usage store that can be locked by another program.</summary>
public class LockableUsageStore : DispatchProxy
{
    private IUsageStore _inner = null!;

    public bool IsLocked { get; set; }

    public static (IUsageStore Store, LockableUsageStore Lock) Over(IUsageStore inner)
    {
        IUsageStore store = Create<IUsageStore, LockableUsageStore>();
        var proxy = (LockableUsageStore)(object)store;
        proxy._inner = inner;
        return (store, proxy);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        IsLocked ? throw new LockedException() : targetMethod!.Invoke(_inner, args);

    private sealed class LockedException() : DbException("database is locked");
}

using System.Runtime.CompilerServices;
using Hpc.Server.Files;
using Hpc.Storage.Vfs;

namespace Hpc.Server.Tests.Files;

public sealed class MountStatesTests
{
    private readonly MountStates _states = new();

    [Fact]
    public void A_scope_has_one_state_while_anybody_holds_it()
    {
        MountState state = _states.Of("user:ann");
        Collect();
        _states.Of("user:ann").ShouldBeSameAs(state);
        _states.Of("user:bob").ShouldNotBeSameAs(state);
        _states.AnyInUse.ShouldBeFalse();
        GC.KeepAlive(state);
    }

    [Fact]
    public void States_that_nobody_holds_are_forgotten()
    {
        for (int round = 0; round < 10; round++)
        {
            MakeMany(round);
            Collect();
        }

        _states.Count.ShouldBeLessThan(3000);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeMany(int round)
    {
        for (int i = 0; i < 1000; i++)
        {
            _states.Of($"user:{round}-{i}");
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}

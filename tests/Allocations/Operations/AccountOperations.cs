using Hpc.Benchmarks.Accounts;

namespace Hpc.Allocations.Tests.Operations;

internal static class AccountOperations
{
    public static IEnumerable<Operation> All =>
    [
        new Operation("account: verdict on a public key", Tolerance.OneThread, static async () =>
        {
            using AuthenticatorRig rig = await AuthenticatorRig.CreateAsync();
            return Measure.OnThread(() => Take(rig.JudgeAsync()));
        }),
    ];

    private static void Take<T>(ValueTask<T> task) => task.IsCompletedSuccessfully.ShouldBeTrue();
}

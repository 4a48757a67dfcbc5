using FsCheck;
using FsCheck.Fluent;

namespace Hpc.Properties.Tests.Support;

/// <summary>Runs a property with enough cases to mean something and few enough to stay quick. A failure prints its seed and its smallest case.</summary>
internal static class Verify
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true);

    public static void ForAll<T>(Gen<T> generator, Func<T, bool> property) =>
        FsCheck.Fluent.Prop.ForAll(generator.ToArbitrary(), property).Check(Settings);

    public static void ForAll<T>(Gen<T> generator, Action<T> property) =>
        FsCheck.Fluent.Prop.ForAll(generator.ToArbitrary(), property).Check(Settings);
}

namespace Hpc.Allocations.Tests;

/// <summary>What an operation allocates does not grow past its baseline.</summary>
public sealed class AllocationTests
{
    public static TheoryData<string> Names => [.. OperationTable.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_operation_allocates_no_more_than_its_baseline(string name)
    {
        RequireOptimisedCode();
        Operation operation = OperationTable.All[name];
        if (await operation.MeasureAsync() is not { } found)
        {
            Assert.Skip("This machine cannot run it.");
            return;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {found} bytes");
        if (BaselineFile.IsWriting)
        {
            BaselineFile.Write(name, found);
            return;
        }

        BaselineFile.Read().TryGetValue(name, out long baseline).ShouldBeTrue($"'{name}' has no baseline. {BaselineFile.HowToUpdate}");
        found.ShouldBeLessThanOrEqualTo(
            operation.Tolerance.Limit(baseline),
            $"'{name}' allocates {found} bytes; its baseline is {baseline} with a tolerance of {(baseline == 0 ? "nothing" : operation.Tolerance)}. {BaselineFile.HowToUpdate}");
    }

    [Fact]
    public void Every_baseline_belongs_to_an_operation()
    {
        SortedDictionary<string, long> baselines = BaselineFile.Read();
        string[] unknown = [.. baselines.Keys.Except(OperationTable.All.Keys)];
        if (BaselineFile.IsWriting)
        {
            Array.ForEach(unknown, name => baselines.Remove(name));
            BaselineFile.Write(baselines);
            return;
        }

        unknown.ShouldBeEmpty($"nothing measures these names any more. {BaselineFile.HowToUpdate}");
    }

    private static void RequireOptimisedCode()
    {
#if DEBUG
        Assert.Skip("Code that is not optimised allocates more: baselines hold for Release builds (dotnet test -c Release).");
#endif
    }
}

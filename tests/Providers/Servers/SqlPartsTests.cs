using System.Text;
using Hpc.Accounts.Sql;

namespace Hpc.Providers.Tests.Servers;

public sealed class SqlPartsTests
{
    [Theory]
    [InlineData("42P01: relation \"x\" does not exist\n\nPOSITION: 15", "42P01: relation \"x\" does not exist.")]
    [InlineData("one\r\n  two.\nDETAIL: three", "one two.")]
    [InlineData("", "")]
    public void What_a_driver_says_is_told_in_one_line_without_positions(string said, string told) => SqlFaultText.Of(new InvalidOperationException(said)).ShouldBe(told);

    [Fact]
    public void The_innermost_cause_decides_what_can_be_done() =>
        SqlFaultText.Innermost<IOException>(new IOException("outer", new InvalidOperationException("x", new IOException("inner"))))!.Message.ShouldBe("inner");

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a%", "a&")]
    [InlineData("\ud7ff", "\ue000")]
    [InlineData("a\U0010FFFF", "b")]
    [InlineData("\U0010FFFF", null)]
    [InlineData("", null)]
    public void The_end_of_a_prefix_is_the_next_text(string prefix, string? end) => ObjectNames.EndOfPrefix(prefix).ShouldBe(end);

    [Fact]
    public void What_is_between_a_prefix_and_its_end_begins_with_it()
    {
        string[] letters = ["a", "b", "\0", "\u007f", "é", "\ud7ff", "\ue000", "\uffff", "😀", "\U0010FFFF"];
        var random = new Random(3);
        string Text(int most) => string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => letters[random.Next(letters.Length)]));
        for (int turn = 0; turn < 5000; turn++)
        {
            string prefix = Text(3);
            string name = Text(5);
            bool isBetween = Compare(name, prefix) >= 0 && (ObjectNames.EndOfPrefix(prefix) is not { } end || Compare(name, end) < 0);
            isBetween.ShouldBe(name.StartsWith(prefix, StringComparison.Ordinal), $"'{prefix}' '{name}'");
        }
    }

    [Fact]
    public async Task Work_goes_on_on_the_thread_pool()
    {
        for (int turn = 0; turn < 100; turn++)
        {
            var isPool = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            var thread = new Thread(() => _ = HopAsync(isPool));
            thread.Start();
            (await isPool.Task).ShouldBeTrue();
            thread.Join();
        }
    }

    [Fact]
    public void Attempts_are_bounded()
    {
        var budget = new RetryBudget();
        int conflicts = 0;
        while (budget.TryTake(SqlFailure.Conflict, out TimeSpan? pause))
        {
            pause.Value.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(1));
            conflicts++;
        }

        conflicts.ShouldBe(15);
        budget.TryTake(SqlFailure.Other, out _).ShouldBeFalse();
        budget.TryTake(SqlFailure.ConnectionLost, out _).ShouldBeTrue();
    }

    private static async Task HopAsync(TaskCompletionSource<bool> isPool)
    {
        await SocketThread.Leave();
        isPool.SetResult(Thread.CurrentThread.IsThreadPoolThread);
    }

    private static int Compare(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}

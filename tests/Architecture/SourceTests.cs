using System.Text.RegularExpressions;

namespace Hpc.Architecture.Tests;

public sealed class SourceTests
{
    [Fact]
    public void Code_blocks_no_thread_and_loses_no_exception()
    {
        var unused = AllowList.Sources.Keys.ToHashSet();
        var found = new List<string>();
        foreach (SourceFile file in Repository.SourceFiles())
        {
            string code = file.Code;
            foreach (SourceRule rule in SourceRule.All)
            {
                int index = rule.FindIn(code);
                if (index >= 0 && !unused.Remove((file.Path, rule.Name)))
                {
                    found.Add($"{file.Path}({LineOf(code, index)}): {rule.Name}: {rule.Reason}");
                }
            }
        }

        found.ShouldBeEmpty("change it, or add it to tests/Architecture/AllowList.cs with a reason.");
        unused.ShouldBeEmpty("these entries of tests/Architecture/AllowList.cs are no longer needed.");
    }

    [Fact]
    public void Nothing_is_left_to_be_done_in_a_comment() =>
        Repository.SourceFiles()
            .Where(file => Regex.IsMatch(file.Text, @"\b(TODO|FIXME)\b"))
            .Select(file => file.Path)
            .ShouldBeEmpty();

    [Fact]
    public void Files_are_short()
    {
        Repository.SourceFiles()
            .Where(file => file.Lines > AllowList.MaxLines && !AllowList.LongFiles.ContainsKey(file.Path))
            .Select(file => $"{file.Path}: {file.Lines} lines")
            .ShouldBeEmpty("look for the second concept, or add it to LongFiles in tests/Architecture/AllowList.cs with a reason.");
        AllowList.LongFiles.Keys
            .Except(Repository.SourceFiles().Where(file => file.Lines > AllowList.MaxLines).Select(file => file.Path))
            .ShouldBeEmpty("these entries of tests/Architecture/AllowList.cs are no longer needed.");
    }

    [Theory]
    [InlineData("a; // b\nc;", "a;  \nc;")]
    [InlineData("a /* b\n c */ d", "a  \n d")]
    [InlineData("x(\"a\\\"b\") + y", "x( ) + y")]
    [InlineData("x(@\"a\"\"b\\\") + y", "x(@ ) + y")]
    [InlineData("x('\"') + '\\'' + y", "x( ) +   + y")]
    [InlineData("x(\"\"\"\n a \"b\" \n\"\"\") + y", "x( \n\n) + y")]
    public void Comments_and_literals_are_no_code(string text, string code) =>
        CSharpText.WithoutCommentsAndLiterals(text).ShouldBe(code);

    [Theory]
    [InlineData(".Result", "int x = task.Result;")]
    [InlineData(".Wait(", "task.Wait();")]
    [InlineData("GetAwaiter().GetResult()", "x.GetAwaiter().GetResult();")]
    [InlineData("Thread.Sleep", "Thread.Sleep(1);")]
    [InlineData("async void", "private async void X()")]
    [InlineData("FileOptions.Asynchronous", "FileOptions.Asynchronous | FileOptions.WriteThrough")]
    public void Each_rule_finds_what_it_forbids(string rule, string code) =>
        SourceRule.All.Where(candidate => candidate.FindIn(code) >= 0).Select(candidate => candidate.Name).ShouldBe([rule]);

    [Fact]
    public void The_result_of_a_task_that_is_seen_to_be_complete_blocks_nobody()
    {
        SourceRule rule = SourceRule.All.Single(candidate => candidate.Name == ".Result");
        rule.FindIn("if (read.IsCompletedSuccessfully) { return read.Result; }").ShouldBe(-1);
        rule.FindIn("if (read.IsCompletedSuccessfully) { return other.Result; }").ShouldBeGreaterThanOrEqualTo(0);
    }

    private static int LineOf(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;
}

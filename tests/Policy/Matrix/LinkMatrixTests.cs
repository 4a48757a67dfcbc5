using Hpc.Policy.Tests.Rules;

namespace Hpc.Policy.Tests.Matrix;

/// <summary>Symbolic links from a place with some rules into one with others: both have to allow what is done.</summary>
public sealed class LinkMatrixTests(ITestOutputHelper output)
{
    private readonly CaseCheck _check = new();

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task A_link_on_the_way_is_judged_where_it_leads(BackendKind kind)
    {
        using Scene scene = await Scene.CreateAsync(kind);
        foreach (OperationRow row in OperationTable.Rows)
        {
            foreach (UserRules rules in Rules())
            {
                foreach ((string parent, string targetParent) in new[] { ("/sub/door", "/sub/door"), ("/sub/door", "/sub"), ("/sub", "/sub/door"), ("/sub/door", "/mnt") })
                {
                    string realParent = parent.Replace("/sub/door", "/vault", StringComparison.Ordinal);
                    string realTargetParent = targetParent.Replace("/sub/door", "/vault", StringComparison.Ordinal);
                    (string source, string? target) = await scene.PrepareAsync(row, realParent, realTargetParent);
                    string written = UserRules.Join(parent, UserRules.NameOf(source));
                    string? writtenTarget = target is null ? null : UserRules.Join(targetParent, UserRules.NameOf(target));

                    // The text of a link is judged as it is written; what it leads to is judged when somebody follows it.
                    Outcome expected = row.Name == "symlink-into"
                        ? Outcome.Any
                        : Expectation.OfBoth(Expectation.Of(row, rules, written, writtenTarget), Expectation.Of(row, rules, source, target));
                    await _check.RunAsync(scene, row, rules, (written, writtenTarget), (source, target), expected);
                }
            }
        }

        _check.Report(output);
    }

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task A_link_at_the_end_is_judged_where_it_leads_if_it_is_followed(BackendKind kind)
    {
        using Scene scene = await Scene.CreateAsync(kind);
        int number = 0;
        foreach (OperationRow row in OperationTable.Rows.Where(row => row.Source is "file" or "dir" or "new" && row.Name is not ("create-exclusive" or "rename-dir" or "rmdir" or "mkdir" or "symlink" or "symlink-into" or "hardlink")))
        {
            foreach (UserRules rules in Rules())
            {
                foreach (string suffix in new[] { "", ".bad", ".hid" })
                {
                    (string source, string? target) = await scene.PrepareAsync(row, "/vault", "/sub", suffix);
                    string written = $"/sub/key{number++}";
                    await scene.Backends.LinkAsync(written, "../vault/" + UserRules.NameOf(source));
                    Outcome expected = Expectation.Of(row, rules, written, target);
                    if (row.Follows)
                    {
                        expected = Expectation.OfBoth(expected, Expectation.Of(row, rules, source, target));

                        // The name of the link is there: whether it counts as the file that is created is left open.
                        expected = row.Source == "new" && !expected.Forbids() ? Outcome.Any : expected;
                    }

                    await _check.RunAsync(scene, row, rules, (written, target), (row.Follows ? source : written, target), expected);
                }
            }
        }

        _check.Report(output);
    }

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task A_link_past_a_mount_leads_nowhere(BackendKind kind)
    {
        using Scene scene = await Scene.CreateAsync(kind);
        foreach (OperationRow row in OperationTable.Rows.Where(row => row.Name != "realpath"))
        {
            UserRules rules = MatrixCase.With(("/", ["*"]));
            (string _, string? target) = await scene.PrepareAsync(row, "/sub", "/sub");
            string[] written = row.Source switch
            {
                "new" => ["/sub/under/new"],
                "dir" or "tree" when row.Name is not ("rename-dir" or "rename-tree" or "rmdir") => ["/sub/under", "/sub/under/x"],
                _ => ["/sub/under/covered"],
            };
            foreach (string path in written.Where(path => path != "/sub/under" || row.Follows))
            {
                await _check.RunAsync(scene, row, rules, (path, target), (path, target), Outcome.Refused);
            }
        }

        _check.Report(output);
    }

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task A_link_to_a_temporary_leads_nowhere(BackendKind kind)
    {
        using Scene scene = await Scene.CreateAsync(kind);
        await scene.Backends.WriteAsync("/sub/.hpc-upload.0badcafe-1.name", "temporary");
        await scene.Backends.LinkAsync("/sub/peek", ".hpc-upload.0badcafe-1.name");
        foreach (OperationRow row in OperationTable.Rows.Where(row => row.Source == "file" && row.Follows && row.Name != "realpath"))
        {
            foreach (UserRules rules in Rules().Append(MatrixCase.With(("/", ["*"]))).Append(new UserRules { Mounts = Scene.Mounts }))
            {
                (string _, string? target) = await scene.PrepareAsync(row, "/sub", "/sub");
                await _check.RunAsync(scene, row, rules, ("/sub/peek", target), ("/sub/.hpc-upload.0badcafe-1.name", target), Outcome.Refused);
            }
        }

        _check.Report(output);
    }

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task Nobody_makes_a_link_to_a_temporary(BackendKind kind)
    {
        using var backends = new Backends(kind, []);
        await backends.WriteAsync("/.hpc-upload.0badcafe-1.name", "temporary");
        await backends.MakeDirectoriesAsync("/a");
        foreach (UserRules rules in new[] { new UserRules(), new UserRules { Patterns = [new NamePattern("/", [], ["*.x"], Hides: false)] } })
        {
            Hpc.Storage.Vfs.UserFileSystem files = backends.Open(rules);
            foreach ((string link, string text) in new[] { ("/l", ".hpc-upload.0badcafe-1.name"), ("/l", "/.hpc-upload.0badcafe-1.name"), ("/a/l", "../.hpc-upload.0badcafe-1.name"), ("/l", "a/../.hpc-upload.0badcafe-1.name"), ("/l", "./.hpc-upload.0badcafe-1.name/x") })
            {
                (await files.CreateSymbolicLinkAsync(Hpc.Storage.Tests.Support.FileSystemExtensions.P(link), text, default)).IsSuccess.ShouldBeFalse($"{link} → {text} ({rules})");
            }
        }
    }

    private static IEnumerable<UserRules> Rules()
    {
        foreach (string[] set in MatrixCase.PermissionSets())
        {
            yield return MatrixCase.With(("/", ["*"]), ("/vault", set));
            if (set.Length > 0)
            {
                yield return MatrixCase.With(("/", set), ("/vault", ["*"]));
            }
        }

        foreach (bool hides in new[] { false, true })
        {
            foreach (string at in new[] { "/", "/vault" })
            {
                var rules = new UserRules { Mounts = Scene.Mounts, Patterns = [new NamePattern(at, [], hides ? ["*.hid", "VAULT"] : ["*.bad"], hides)] };
                yield return rules;
            }
        }
    }
}

using Hpc.Policy.Tests.Rules;
using Hpc.Storage;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Policy.Tests.Matrix;

/// <summary>Operations × permissions × patterns × mounts, each compared with the table.</summary>
public sealed class MatrixTests(ITestOutputHelper output)
{
    private readonly CaseCheck _check = new();

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task Permissions_decide_every_operation_in_every_place(BackendKind kind)
    {
        foreach (MatrixPlace place in MatrixCase.Places)
        {
            using Scene scene = await Scene.CreateAsync(kind);
            foreach (OperationRow row in OperationTable.Rows)
            {
                foreach (string[] set in MatrixCase.PermissionSets())
                {
                    (string source, string? target) = await scene.PrepareAsync(row, place.Parent, place.TargetParent);
                    foreach (UserRules rules in MatrixCase.Spreads(set, place.Parent, place.TargetParent, source, target))
                    {
                        if (await CheckAsync(scene, row, rules, source, target))
                        {
                            (source, target) = await scene.PrepareAsync(row, place.Parent, place.TargetParent);
                        }
                    }
                }
            }
        }

        Report();
    }

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task Patterns_decide_by_name_whatever_the_permissions(BackendKind kind)
    {
        string[] suffixes = ["", ".ok", ".bad", ".BAD", ".hid", ".other"];
        using Scene scene = await Scene.CreateAsync(kind);
        foreach (MatrixPlace place in MatrixCase.Places)
        {
            foreach (OperationRow row in OperationTable.Rows)
            {
                foreach (string suffix in suffixes)
                {
                    foreach (string targetSuffix in row.HasTarget ? suffixes : [""])
                    {
                        foreach (string[] set in new string[][] { ["*"], [], [.. UserRules.AllPermissions.Except(row.Parent.Take(1))] })
                        {
                            foreach (List<NamePattern> patterns in PatternSets(place))
                            {
                                var rules = new UserRules { Mounts = Scene.Mounts, Patterns = patterns };
                                rules.Permissions["/"] = set;
                                (string source, string? target) = await scene.PrepareAsync(row, place.Parent, place.TargetParent, suffix, targetSuffix);
                                await CheckAsync(scene, row, rules, source, target);
                            }
                        }
                    }
                }
            }
        }

        Report();
    }

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task Below_a_hidden_directory_nothing_exists(BackendKind kind)
    {
        using Scene scene = await Scene.CreateAsync(kind);
        string[] hidden = ["/sub/x.hid", "/sub/x.hid/deeper", "/mnt/x.hid", "/sub/.hpc-upload.00000000-1.name"];
        foreach (string directory in hidden)
        {
            await scene.Backends.MakeDirectoriesAsync(directory);
            foreach (OperationRow row in OperationTable.Rows)
            {
                foreach ((string parent, string targetParent) in new[] { (directory, directory), (directory, "/other"), ("/other", directory) })
                {
                    (string source, string? target) = await scene.PrepareAsync(row, parent, targetParent);
                    foreach (string[] set in new string[][] { ["*"], [] })
                    {
                        var rules = new UserRules { Mounts = Scene.Mounts, Patterns = [new NamePattern("/", [], ["*.hid"], Hides: true)] };
                        rules.Permissions["/"] = set;
                        if (await CheckAsync(scene, row, rules, source, target))
                        {
                            (source, target) = await scene.PrepareAsync(row, parent, targetParent);
                        }
                    }
                }
            }
        }

        Report();
    }

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task Names_of_temporaries_exist_for_nobody(BackendKind kind)
    {
        using Scene scene = await Scene.CreateAsync(kind);
        foreach (MatrixPlace place in MatrixCase.Places)
        {
            foreach (OperationRow row in OperationTable.Rows)
            {
                foreach ((string? name, string? targetName) in new[] { (".hpc-upload.00000000-1.x", "x"), ("x", ".hpc-upload.ffffffff-9.x"), (".hpc-upload.", ".hpc-upload.a") })
                {
                    (string source, string? target) = await scene.PrepareAsync(row, place.Parent, place.TargetParent);
                    source = name == "x" ? source : await MoveAsync(scene, source, UserRules.Join(place.Parent, name + UserRules.NameOf(source)));
                    target = target is null || targetName == "x" ? target : await MoveAsync(scene, target, UserRules.Join(place.TargetParent, targetName + UserRules.NameOf(target)));
                    await CheckAsync(scene, row, MatrixCase.With(("/", ["*"])), source, target);
                }
            }
        }

        Report();
    }

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task Mount_points_and_what_holds_them_stay_where_they_are(BackendKind kind)
    {
        string[] points = ["/", "/mnt", "/hold/in", "/hold"];
        using Scene scene = await Scene.CreateAsync(kind);
        foreach (OperationRow row in OperationTable.Rows.Where(row => row.OnMount != "-"))
        {
            foreach (string[] set in MatrixCase.PermissionSets())
            {
                UserRules rules = MatrixCase.With(("/", set));
                foreach (string point in points)
                {
                    bool staysThere = row.Source == "dir" || row.Name is "delete" or "rename" or "rename-over" or "rename-tree";
                    if (point == "/hold" && !staysThere)
                    {
                        continue;
                    }

                    (string source, string? target) = await scene.PrepareAsync(row, "/sub", "/sub");
                    if (row.OnMount is "no" or "fails" || row.Source == "dir")
                    {
                        await CheckAsync(scene, row, rules, point, target);
                    }

                    if (target is not null && row.Name is not "symlink-into" && point != "/hold")
                    {
                        await CheckAsync(scene, row, rules, source, point);
                    }
                }
            }
        }

        foreach (string directory in new[] { "/mnt", "/hold/in", "/hold", "/sub", "/vault" })
        {
            await CheckAsync(scene, OperationTable.Row("list"), MatrixCase.With(("/", ["list"])), directory, null);
        }

        Report();
    }

    [Theory]
    [InlineData(BackendKind.Local)]
    [InlineData(BackendKind.Memory)]
    public async Task A_switch_to_read_only_refuses_every_change_and_nothing_else(BackendKind kind)
    {
        using Scene scene = await Scene.CreateAsync(kind);
        foreach (MatrixPlace place in MatrixCase.Places)
        {
            foreach (OperationRow row in OperationTable.Rows)
            {
                foreach ((bool whole, string[] mounts) in new (bool, string[])[] { (true, []), (false, ["/mnt"]), (false, ["/"]), (false, ["/hold/in", "/"]) })
                {
                    foreach (string[] set in new string[][] { ["*"], [] })
                    {
                        var rules = new UserRules { Mounts = Scene.Mounts, IsReadOnly = whole, ReadOnlyMounts = mounts };
                        rules.Permissions["/"] = set;
                        (string source, string? target) = await scene.PrepareAsync(row, place.Parent, place.TargetParent);
                        await CheckAsync(scene, row, rules, source, target);
                    }
                }
            }
        }

        Report();
    }

    /// <summary>True if it changed something, so that the next case needs other names.</summary>
    private Task<bool> CheckAsync(Scene scene, OperationRow row, UserRules rules, string source, string? target) =>
        _check.RunAsync(scene, row, rules, (source, target), (source, target), Expectation.Of(row, rules, source, target));

    private static async Task<string> MoveAsync(Scene scene, string from, string to)
    {
        (IFileSystem files, VirtualPath inner) = scene.Backends.Raw(from);
        StorageError error = (await files.RenameAsync(inner, scene.Backends.Raw(to).Path, RenameMode.NoReplace, default)).Error;
        error.ShouldBeOneOf(StorageError.None, StorageError.NotFound);
        return to;
    }

    private static IEnumerable<List<NamePattern>> PatternSets(MatrixPlace place)
    {
        yield return [new NamePattern("/", [], ["*.bad"], Hides: false)];
        yield return [new NamePattern("/", [], ["*.hid", "*.BAD"], Hides: true)];
        yield return [new NamePattern("/", ["*.ok", "s?*.other"], [], Hides: false), .. Open("/inc", "/hold", "/sub", "/mnt")];
        yield return [new NamePattern(place.Parent, ["*.ok"], ["*"], Hides: true), .. place.Parent == "/" ? [] : Open("/")];
        yield return [new NamePattern("/", [], ["*"], Hides: true), .. Open("/inc", "/hold", "/sub", "/mnt", "/other")];
        yield return [new NamePattern(place.TargetParent, [], ["*.hid", "t*.bad"], Hides: true)];
    }

    private static IEnumerable<NamePattern> Open(params string[] directories) =>
        directories.Select(directory => new NamePattern(directory, ["*"], [], Hides: false));

    private void Report() => _check.Report(output);
}

namespace Hpc.Policy.Tests.Matrix;

/// <summary>Every operation with what it needs, written out from spec/04 (R4.2, R4.3, R4.4, R4.6, R4.12).</summary>
internal static class OperationTable
{
    // source, target   what there is before: nothing (new), a file, a link to a file, an empty directory (dir), one with a file in it (tree)
    // parent           permissions on the directory that holds the source
    // itself           permissions on the source, a directory
    // target parent, target itself   the same of the target
    // link             whether a link at the end of the source is followed (then what it leads to is judged too) or is the thing itself
    // denied           what becomes of a source whose name a pattern denies: refused, or only seen
    // mount            what becomes of it where a mount begins: denied whatever is allowed (R4.6: no), fails because it is a directory, or by the rules
    private const string Text =
        """
        operation        | source | target | parent                 | itself       | target parent          | target itself | link   | denied | mount
        list             | dir    | -      | -                      | list         | -                      | -             | follow | seen   | rules
        stat             | file   | -      | list                   | -            | -                      | -             | follow | seen   | rules
        stat-dir         | dir    | -      | list                   | -            | -                      | -             | follow | seen   | rules
        lstat            | link   | -      | list                   | -            | -                      | -             | keep   | seen   | rules
        lstat-dir        | dir    | -      | list                   | -            | -                      | -             | keep   | seen   | rules
        readlink         | link   | -      | list                   | -            | -                      | -             | keep   | seen   | -
        realpath         | file   | -      | -                      | -            | -                      | -             | follow | seen   | rules
        statvfs          | file   | -      | list                   | -            | -                      | -             | follow | either | rules
        read             | file   | -      | download               | -            | -                      | -             | follow | no     | -
        check-file       | file   | -      | download               | -            | -                      | -             | follow | no     | -
        create           | new    | -      | upload                 | -            | -                      | -             | follow | no     | fails
        create-exclusive | new    | -      | upload                 | -            | -                      | -             | keep   | no     | fails
        create-and-read  | new    | -      | upload download        | -            | -                      | -             | follow | no     | fails
        overwrite        | file   | -      | overwrite              | -            | -                      | -             | follow | no     | fails
        replace          | file   | -      | overwrite              | -            | -                      | -             | follow | no     | fails
        resume           | file   | -      | overwrite              | -            | -                      | -             | follow | no     | fails
        append           | file   | -      | overwrite              | -            | -                      | -             | follow | no     | fails
        read-and-write   | file   | -      | overwrite download     | -            | -                      | -             | follow | no     | fails
        truncate         | file   | -      | overwrite              | -            | -                      | -             | follow | no     | fails
        truncate-open    | file   | -      | overwrite              | -            | -                      | -             | follow | no     | fails
        truncate-new     | new    | -      | upload                 | -            | -                      | -             | follow | no     | fails
        delete           | file   | -      | delete_files           | -            | -                      | -             | keep   | no     | no
        delete-link      | link   | -      | delete_files           | -            | -                      | -             | keep   | no     | no
        rmdir            | dir    | -      | delete_dirs            | -            | -                      | -             | keep   | no     | no
        rename           | file   | new    | rename_files           | -            | rename_files           | -             | keep   | no     | no
        rename-link      | link   | new    | rename_files           | -            | rename_files           | -             | keep   | no     | no
        rename-over      | file   | file   | rename_files           | -            | rename_files overwrite | -             | keep   | no     | no
        rename-dir       | dir    | new    | rename_dirs            | -            | rename_dirs            | -             | keep   | no     | no
        rename-tree      | tree   | new    | rename_dirs            | rename_files | rename_dirs            | rename_files  | keep   | no     | no
        mkdir            | new    | -      | create_dirs            | -            | -                      | -             | keep   | no     | fails
        symlink          | new    | -      | create_symlinks        | -            | -                      | -             | keep   | no     | no
        symlink-into     | new    | file   | create_symlinks        | -            | create_symlinks        | -             | keep   | no     | no
        hardlink         | file   | new    | download               | -            | create_symlinks        | -             | keep   | no     | fails
        chmod            | file   | -      | chmod                  | -            | -                      | -             | follow | no     | rules
        chmod-dir        | dir    | -      | -                      | chmod        | -                      | -             | follow | no     | rules
        chmod-open       | file   | -      | download chmod         | -            | -                      | -             | follow | no     | -
        chown            | file   | -      | chown                  | -            | -                      | -             | follow | no     | rules
        chown-dir        | dir    | -      | -                      | chown        | -                      | -             | follow | no     | rules
        chown-open       | file   | -      | download chown         | -            | -                      | -             | follow | no     | -
        chtimes          | file   | -      | chtimes                | -            | -                      | -             | follow | no     | rules
        chtimes-dir      | dir    | -      | -                      | chtimes      | -                      | -             | follow | no     | rules
        chtimes-open     | file   | -      | download chtimes       | -            | -                      | -             | follow | no     | -
        copy             | file   | new    | copy download          | -            | copy upload            | -             | follow | no     | fails
        copy-path        | file   | new    | copy download          | -            | copy upload            | -             | follow | no     | fails
        copy-path-over   | file   | file   | copy download          | -            | copy overwrite         | -             | follow | no     | fails
        copy-over        | file   | file   | copy download          | -            | copy overwrite         | -             | follow | no     | fails
        """;

    /// <summary>
    /// What may be done to a file by a second name must be allowed by the first: otherwise a hard link is a way around its directory's rules.
    /// A name can be renamed, so this is asked of every place that permissions are written for, not of the one where the link is made.
    /// </summary>
    public static readonly string[] CarriedByHardLink = ["download", "overwrite", "chmod", "chown", "chtimes"];

    /// <summary>Attributes of a directory are told to who may list it, too, whatever is allowed in the one that holds it.</summary>
    public static readonly string[] ToldToWhoMayList = ["stat-dir", "lstat-dir"];

    public static IReadOnlyList<OperationRow> Rows { get; } =
        [.. Text.Split('\n').Skip(1).Select(line => OperationRow.Parse(line))];

    public static OperationRow Row(string name) => Rows.Single(row => row.Name == name);
}

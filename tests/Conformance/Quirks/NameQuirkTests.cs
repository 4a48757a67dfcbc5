using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Quirks;

public sealed class NameQuirkTests(SharedServer shared) : QuirkTests(shared, "quirks_names.py")
{
    [Fact]
    public Task Realpath_answers_every_form() => RunAsync();

    [Fact]
    public Task Symlink_takes_its_arguments_in_OpenSSH_order() => RunAsync();

    [Fact]
    public Task Long_names_read_like_ls() => RunAsync();

    [Fact]
    public Task Twenty_thousand_entries_are_listed_once_each() => RunAsync();

    [Fact]
    public Task An_empty_folder_lists_itself_and_its_parent() => RunAsync();

    [Fact]
    public Task Composed_and_decomposed_names_are_two_files() => RunAsync();

    [Fact]
    public Task Names_may_hold_anything_but_slash_and_nul() => RunAsync();

    [Fact]
    public Task Names_that_no_file_can_have_are_refused()
    {
        Require.NotReference("sftp-server ends at a NUL in a name.");
        return RunAsync();
    }

    [Fact]
    public Task Folders_are_made_and_removed_with_the_right_codes() => RunAsync();
}

using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Quirks;

public sealed class FileQuirkTests(SharedServer shared) : QuirkTests(shared, "quirks_files.py")
{
    [Fact]
    public Task Every_queued_read_is_answered() => RunAsync();

    [Fact]
    public Task Replies_of_one_handle_keep_the_order_of_the_requests() => RunAsync();

    [Fact]
    public Task A_read_is_filled_up_to_the_announced_limit() => RunAsync();

    [Fact]
    public Task A_read_at_the_end_is_answered_EOF() => RunAsync();

    [Fact]
    public Task Writes_in_any_order_make_the_file() => RunAsync();

    [Fact]
    public Task A_write_far_behind_the_end_leaves_a_hole_of_zeros() => RunAsync();

    [Fact]
    public Task Stat_from_another_connection_sees_an_upload_grow() => RunAsync();

    [Fact]
    public Task After_close_another_connection_may_stat_set_and_rename() => RunAsync();

    [Fact]
    public Task Each_attribute_is_set_alone() => RunAsync();

    [Fact]
    public Task Rename_does_not_overwrite_and_posix_rename_does() => RunAsync();

    [Fact]
    public Task Open_flags_mean_what_the_draft_says() => RunAsync();

    [Fact]
    public Task One_file_may_be_open_many_times() => RunAsync();

    [Fact]
    public Task Handles_that_are_not_open_are_refused() => RunAsync();

    [Fact]
    public Task Unknown_requests_and_extensions_are_unsupported()
    {
        Require.NotReference("sftp-server does not answer an unknown request.");
        return RunAsync();
    }

    [Fact]
    public Task An_upload_under_a_part_name_is_renamed_and_dated() => RunAsync();

    [Fact]
    public Task Times_outside_1970_to_2038_do_not_break_anything() => RunAsync();

    [Fact]
    public Task Extensions_do_what_OpenSSH_says() => RunAsync();

    [Fact]
    public Task Every_promised_extension_is_announced() => RunAsync();

    [Fact]
    public async Task A_full_disk_is_told_and_ends_no_session()
    {
        Require.NotReference("its process does not see what is mounted later.");
        using ClientSession session = await Shared.OpenAsync(Login.Key);
        string small = Directory.CreateDirectory(Path.Combine(session.User.Home, "small")).FullName;
        ClientResult mount = await session.Runner.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small]);
        Assert.SkipWhen(mount.ExitCode != 0, "Mounting needs root: " + mount.Error);
        try
        {
            await RunAsync(session, nameof(A_full_disk_is_told_and_ends_no_session));
        }
        finally
        {
            (await session.Runner.RunAsync("umount", ["-l", small])).EnsureSuccess();
        }
    }
}

using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Ftp.Cases;

/// <summary>What clients expect of FTP: points 29 to 41 of the checklist of client quirks, byte by byte as the clients send them.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class FtpChecklistTests(FtpCaseServer shared)
{
    private const string Data = "ftp_checklist_data.py";
    private const string Files = "ftp_checklist_files.py";

    [Fact]
    public Task Point_29_data_connections_are_made_in_every_way() => shared.RunAsync(Data, "point_29_data_connections_are_made_in_every_way");

    [Fact]
    public Task Point_30_data_connections_resume_the_session_of_TLS() => shared.RunAsync(Data, "point_30_data_connections_resume_the_session_of_tls");

    [Fact]
    public Task Point_31_machine_listings_have_exact_facts() => shared.RunAsync(Files, "point_31_machine_listings_have_exact_facts");

    [Fact]
    public Task Point_32_LIST_takes_options_and_patterns() => shared.RunAsync(Files, "point_32_list_takes_options_and_patterns");

    [Fact]
    public Task Point_33_sizes_times_modes_and_checksums() => shared.RunAsync(Files, "point_33_sizes_times_modes_and_checksums");

    [Fact]
    public Task Point_34_transfers_go_on_where_they_were() => shared.RunAsync(Files, "point_34_transfers_go_on_where_they_were");

    [Fact]
    public Task Point_35_ABOR_and_QUIT_during_a_transfer() => shared.RunAsync(Files, "point_35_abor_and_quit_during_a_transfer");

    [Fact]
    public Task Point_36_directories_up_home_and_with_quotes() => shared.RunAsync(Files, "point_36_directories_up_home_and_with_quotes");

    [Fact]
    public Task Point_37_names_are_UTF8_or_any_bytes() => shared.RunAsync(Files, "point_37_names_are_utf8_or_any_bytes");

    [Fact]
    public Task Point_38_a_transfer_is_answered_once_and_after_the_file_is_there() =>
        shared.RunAsync(Data, "point_38_a_transfer_is_answered_once_and_after_the_file_is_there", "--max-upload-size", "2000000");

    [Fact]
    public Task Point_39_NOOP_is_answered_during_a_transfer() => shared.RunAsync(Data, "point_39_noop_is_answered_during_a_transfer");

    [Fact]
    public Task Point_40_HOST_CCC_PROT_and_PBSZ_keep_their_order() => shared.RunAsync(Data, "point_40_host_ccc_prot_and_pbsz_keep_their_order");

    [Fact]
    public Task Point_41_one_client_has_twenty_data_connections() => shared.RunAsync(Data, "point_41_one_client_has_twenty_data_connections");
}

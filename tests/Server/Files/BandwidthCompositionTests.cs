using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.Actors.Limits.Bandwidth;
using Hpc.Server.Files;
using Hpc.Storage;
using Hpc.Storage.Vfs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Files;

/// <summary>Which limits of speed a session gets, and that they end with it.</summary>
public sealed class BandwidthCompositionTests : IAsyncDisposable
{
    private readonly BandwidthKeeper _keeper = new(TimeProvider.System, NullLogger<BandwidthKeeper>.Instance);
    private readonly FilesFixture _fixture;

    public BandwidthCompositionTests() => _fixture = new FilesFixture { Bandwidth = _keeper };

    [Fact]
    public async Task Sessions_of_a_user_have_its_limits_and_those_of_its_groups()
    {
        UserAccount user = _fixture.User() with
        {
            UploadBandwidth = 10,
            GroupBandwidths = [new GroupBandwidth("lab", 0, 30)],
            Groups = ["lab"],
        };
        IFileSystem first = await _fixture.OpenAsync(user);
        IFileSystem second = await _fixture.OpenAsync(user);
        Rates().ShouldBe(["group/lab/down 30720", "user/ann/down -", "user/ann/up 10240"]);

        // Each account as it is when it is put in force.
        await _fixture.OpenAsync(user with { UploadBandwidth = 20 });
        Rates().ShouldBe(["group/lab/down 30720", "user/ann/down -", "user/ann/up 20480"]);
        first.ShouldNotBe(second);
    }

    [Fact]
    public async Task The_first_network_that_holds_the_address_decides()
    {
        UserAccount user = _fixture.User() with
        {
            UploadBandwidth = 10,
            DownloadBandwidth = 10,
            BandwidthLimits =
            [
                new BandwidthLimit { Sources = ["192.0.2.0/24"], UploadBandwidth = 1 },
                new BandwidthLimit { Sources = ["10.0.0.0/8", "127.0.0.0/8"], UploadBandwidth = 2 },
                new BandwidthLimit { Sources = ["127.0.0.1/32"], UploadBandwidth = 3 },
            ],
        };
        await _fixture.OpenAsync(user);
        Rates().ShouldBe(["user@1/ann/up 2048"]);
    }

    [Fact]
    public async Task Without_limits_there_is_nothing_and_what_there_was_ends_with_the_session()
    {
        await _fixture.OpenAsync(_fixture.User());
        Rates().ShouldBeEmpty();
        StorageResult<IFileSystem> limited = await _fixture.StartOpening(_fixture.User() with { DownloadBandwidth = 1 });
        Rates().ShouldBe(["user/ann/down 1024"]);
        ((IDisposable)limited.Value).Dispose();
        Rates().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_node_limits_who_has_no_limit_of_its_own()
    {
        _keeper.SetNode(5000, 0);
        await _fixture.OpenAsync(_fixture.User());
        Rates().ShouldBe(["node/up 5000", "user/ann/up -"]);
    }

    [Fact]
    public void A_limit_beyond_all_numbers_is_none() =>
        (BandwidthPlan.InBytes(long.MaxValue), BandwidthPlan.InBytes(-1), BandwidthPlan.InBytes(2)).ShouldBe((0, 0, 2048));

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        _keeper.Dispose();
    }

    private string[] Rates() =>
        [.. _keeper.List().Select(static scope => $"{scope.Name} {(scope.Rate == BandwidthScope.Unlimited ? "-" : scope.Rate)}").Order(StringComparer.Ordinal)];
}

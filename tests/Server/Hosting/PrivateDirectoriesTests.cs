using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;
using Hpc.Storage.Local;

namespace Hpc.Server.Tests.Hosting;

/// <summary>Directories that no user may have, by path and by what is open.</summary>
public sealed class PrivateDirectoriesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly DataDirectory _data;
    private readonly PrivateDirectories _privates;

    public PrivateDirectoriesTests()
    {
        _data = new DataDirectory(new HpcOptions { DataDirectory = _directory["srv/data"] });
        _data.Create();
        Directory.CreateDirectory(_data.HostKeys);
        Directory.CreateDirectory(_directory["srv/data/ann"]);
        Directory.CreateDirectory(_directory["srv/ann"]);
        _privates = PrivateDirectories.Of(_data);
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("srv/data")]
    [InlineData("srv/data/")]
    [InlineData("srv")]
    [InlineData("")]
    [InlineData("srv/ann/../data")]
    [InlineData("srv/data/hostkeys")]
    [InlineData("srv/data/hpc.db")]
    [InlineData("srv/data/usage.db-wal")]
    [InlineData("srv/data/admin.json/x")]
    public void The_servers_own_directories_and_what_holds_them_are_found_by_path(string path) =>
        _privates.FindBehind(_directory[path]).ShouldNotBeNull();

    [Theory]
    [InlineData("srv/data/ann")]
    [InlineData("srv/data/bob")]
    [InlineData("srv/data2")]
    [InlineData("srv/ann")]
    [InlineData("srv/ann/hpc.db")]
    public void Other_directories_and_those_of_users_in_the_data_directory_are_not(string path) =>
        _privates.FindBehind(_directory[path]).ShouldBeNull();

    [Fact]
    public void The_root_of_the_machine_is_found() => _privates.FindBehind("/").ShouldNotBeNull();

    [Fact]
    public void A_link_is_what_it_leads_to()
    {
        Directory.CreateSymbolicLink(_directory["link"], _directory["srv"]);
        _privates.FindBehind(_directory["link"]).ShouldBe(_data.Path);
        _privates.FindBehind(_directory["link/data"]).ShouldBe(_data.Path);
        _privates.FindBehind(_directory["link/data/usage.db"]).ShouldBe(_data.UsageDatabase);
        _privates.FindBehind(_directory["link/data/ann"]).ShouldBeNull();
    }

    [Fact]
    public void Where_the_data_directory_is_a_link_both_ways_to_it_are_found()
    {
        Directory.CreateDirectory(_directory["here"]);
        Directory.CreateSymbolicLink(_directory["here/data"], _directory["srv/data"]);
        var linked = PrivateDirectories.Of(new DataDirectory(new HpcOptions { DataDirectory = _directory["here/data"] }));
        linked.FindBehind(_directory["here"]).ShouldNotBeNull();
        linked.FindBehind(_directory["srv"]).ShouldNotBeNull();
        linked.FindBehind(_directory["srv/data/ann"]).ShouldBeNull();
    }

    [Fact]
    public void What_is_open_is_told_by_device_and_inode()
    {
        using LocalFileSystem above = LocalFileSystem.Open(_directory["srv"]);
        using LocalFileSystem below = LocalFileSystem.Open(_directory["srv/data/ann"]);
        _privates.Allows(above.Identity).ShouldBeFalse();
        _privates.FindBehind(above.Identity).ShouldBe(_data.Path);
        _privates.Allows(below.Identity).ShouldBeTrue();
        _privates.Allows(default).ShouldBeFalse();
        PrivateDirectories.None.Allows(default).ShouldBeTrue();
    }
}

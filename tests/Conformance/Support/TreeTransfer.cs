using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Support;

/// <summary>What every client has to do: move the tree up and down unchanged, logged in by password and by key.</summary>
[Trait(Category.Name, Category.Conformance)]
public abstract class TreeTransfer(SharedServer shared)
{
    private const long Sparse = 5L << 30;

    protected SharedServer Shared { get; } = shared;

    /// <summary>Names of the tree that the client's own command language or file handling cannot carry.</summary>
    protected virtual IReadOnlyCollection<string> CannotCarry => [];

    [Theory]
    [InlineData(Login.Password)]
    [InlineData(Login.Key)]
    public async Task A_tree_goes_up_and_comes_down_unchanged(Login login)
    {
        CheckTools();
        using ClientSession session = await OpenAsync(login);
        string source = SourceFor(session);
        IReadOnlyList<string> expected = FileTree.Describe(source);

        await UploadAsync(session, source, "tree");
        FileTree.Difference(expected, FileTree.Describe(Path.Combine(session.User.Home, "tree"))).ShouldBeEmpty();

        await DownloadAsync(session, "tree", session.Received);
        FileTree.Difference(expected, FileTree.Describe(Path.Combine(session.Received, "tree"))).ShouldBeEmpty();
    }

    [Fact]
    [Trait(Category.Name, Category.Nightly)]
    public async Task A_sparse_file_of_5_GiB_goes_up_and_comes_down_unchanged()
    {
        Require.Nightly();
        CheckTools();
        using ClientSession session = await OpenAsync(Login.Key);
        string source = Directory.CreateDirectory(session["large"]).FullName;
        await using (FileStream file = File.Create(Path.Combine(source, "sparse")))
        {
            file.SetLength(Sparse);
            file.Seek(Sparse - 5, SeekOrigin.Begin);
            file.Write("end"u8);
        }

        IReadOnlyList<string> expected = FileTree.Describe(source);
        await UploadAsync(session, source, "large");
        FileTree.Difference(expected, FileTree.Describe(Path.Combine(session.User.Home, "large"))).ShouldBeEmpty();
        await DownloadAsync(session, "large", session.Received);
        FileTree.Difference(expected, FileTree.Describe(Path.Combine(session.Received, "large"))).ShouldBeEmpty();
    }

    /// <summary>A new user's client; one that needs a server of its own says so here.</summary>
    protected virtual Task<ClientSession> OpenAsync(Login login) => Shared.OpenAsync(login);

    /// <summary>Skips the test if a program or device is missing.</summary>
    protected abstract void CheckTools();

    /// <summary>Sends a folder so that it is <paramref name="remoteName"/> in the user's home.</summary>
    protected abstract Task UploadAsync(ClientSession session, string localFolder, string remoteName);

    /// <summary>Fetches a folder of the user's home into an existing local folder.</summary>
    protected abstract Task DownloadAsync(ClientSession session, string remoteName, string intoFolder);

    // A client that cannot carry some names gets a copy of the tree without them.
    private string SourceFor(ClientSession session)
    {
        if (CannotCarry.Count == 0)
        {
            return Shared.Tree;
        }

        string copy = session["tree"];
        foreach (string folder in Directory.EnumerateDirectories(Shared.Tree, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(copy, Path.GetRelativePath(Shared.Tree, folder)));
        }

        foreach (string file in Directory.EnumerateFiles(Shared.Tree, "*", SearchOption.AllDirectories))
        {
            if (!CannotCarry.Contains(Path.GetFileName(file)))
            {
                File.Copy(file, Path.Combine(copy, Path.GetRelativePath(Shared.Tree, file)));
            }
        }

        return copy;
    }
}

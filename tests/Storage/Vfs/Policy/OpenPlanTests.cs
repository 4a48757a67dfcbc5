using Hpc.Storage.Vfs;

namespace Hpc.Storage.Tests.Vfs.Policy;

public class OpenPlanTests
{
    private const OpenFlags Put = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    [Theory] // R4.3: upload makes files, overwrite changes those that exist
    [InlineData("upload", (int)(Put | OpenFlags.Exclusive), (int)StorageError.AlreadyExists)]
    [InlineData("overwrite", (int)(OpenFlags.Write | OpenFlags.Truncate), (int)StorageError.NotFound)]
    [InlineData("upload,overwrite", (int)Put, (int)StorageError.None)]
    public void Who_may_do_one_half_only_opens_so_that_the_other_cannot_happen(string names, int flags, int deniedWhen)
    {
        OpenPlan plan = OpenPlan.For(Put, Policies.Permissions(names).At(VirtualPath.Root));
        plan.IsDenied.ShouldBeFalse();
        plan.Flags.ShouldBe((OpenFlags)flags);
        plan.DeniedWhen.ShouldBe((StorageError)deniedWhen);
    }

    [Theory]
    [InlineData("list", (int)OpenFlags.Read, true)]
    [InlineData("download", (int)OpenFlags.Read, false)]
    [InlineData("download", (int)(OpenFlags.Read | OpenFlags.Write), true)]
    [InlineData("overwrite", (int)(OpenFlags.Read | OpenFlags.Write), true)]
    [InlineData("download,overwrite", (int)(OpenFlags.Read | OpenFlags.Write), false)]
    [InlineData("download", (int)Put, true)]
    [InlineData("overwrite", (int)(OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive), true)]
    [InlineData("upload", (int)(OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive), false)]
    [InlineData("upload", (int)(OpenFlags.Write | OpenFlags.Append), true)]
    [InlineData("download", (int)(OpenFlags.Read | OpenFlags.Truncate), true)]
    public void What_is_not_allowed_is_denied_before_the_file_is_opened(string names, int flags, bool isDenied) =>
        OpenPlan.For((OpenFlags)flags, Policies.Permissions(names).At(VirtualPath.Root)).IsDenied.ShouldBe(isDenied);
}

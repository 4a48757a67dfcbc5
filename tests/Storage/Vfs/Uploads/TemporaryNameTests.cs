using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Uploads;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Uploads;

public sealed class TemporaryNameTests
{
    [Fact]
    public void What_is_placed_is_read_back_and_fits_a_directory()
    {
        var random = new Random(7);
        string[] alphabet = ["a", ".", "~", "-", "é", "漢", "\U0001F600", "\uDC80", "\uDCFF", " ", "\\", "\n"];
        for (int i = 0; i < 5000; i++)
        {
            string name = string.Concat(random.GetItems(alphabet, random.Next(1, 120)));
            if (name is "." or ".." || PathText.GetByteCount(name) > 255)
            {
                continue;
            }

            VirtualPath file = P("/dir/sub").Combine(name);
            ulong number = (ulong)random.NextInt64() >> random.Next(60);
            TemporaryName.TryPlace(file, "0123abcd", number, out VirtualPath temporary).ShouldBeTrue();
            temporary.Parent.ShouldBe(file.Parent);
            PathText.GetByteCount(temporary.Name).ShouldBeLessThanOrEqualTo(255);
            TemporaryName.IsOne(temporary.Name).ShouldBeTrue();
            TemporaryName.TryParse(temporary.Name, out TemporaryName parsed).ShouldBeTrue();
            parsed.Epoch.ShouldBe("0123abcd");
            parsed.Number.ShouldBe(number);
            bool fits = PathText.GetByteCount(name) + TemporaryName.Prefix.Length + 10 + number.ToString("x", null).Length <= 255;
            parsed.Target.ShouldBe(fits ? name : null);
        }
    }

    [Theory]
    [InlineData(".hpc-upload.")]
    [InlineData(".hpc-upload.0123abcd")]
    [InlineData(".hpc-upload.0123abcd-")]
    [InlineData(".hpc-upload.0123abcd-.name")]
    [InlineData(".hpc-upload.0123abcd-1")]
    [InlineData(".hpc-upload.0123abcd-1.")]
    [InlineData(".hpc-upload.0123abcd-1..")]
    [InlineData(".hpc-upload.0123abcd-1...")]
    [InlineData(".hpc-upload.0123abcd-1~name")]
    [InlineData(".hpc-upload.0123abcd-01.name")]
    [InlineData(".hpc-upload.0123ABCD-1.name")]
    [InlineData(".hpc-upload.0123abcd-1g.name")]
    [InlineData(".hpc-upload.0123abcd-11111111111111111.name")]
    [InlineData("hpc-upload.0123abcd-1.name")]
    public void What_no_server_makes_is_not_read(string name) => TemporaryName.TryParse(name, out _).ShouldBeFalse();

    [Theory]
    [InlineData(UploadMode.Standard, "/a", false)]
    [InlineData(UploadMode.Atomic, "/a", false)]
    [InlineData(UploadMode.AtomicWithResume, "/a", true)]
    [InlineData(UploadMode.AtomicWithResume, "/there", false)]
    public async Task Leftovers_are_removed_or_resumable_as_the_mode_says(UploadMode mode, string target, bool isRenamed)
    {
        UploadRecoveryOutcome expected = isRenamed ? UploadRecoveryOutcome.Renamed : UploadRecoveryOutcome.Removed;
        using var files = new MemoryFileSystem();
        await files.WriteFileAsync("/there", "whole");
        TemporaryName.TryPlace(P(target), "11111111", 3, out VirtualPath temporary).ShouldBeTrue();
        await files.WriteFileAsync(temporary.ToString(), "half");

        (await UploadRecovery.RecoverAsync(files, temporary, mode, "11111111", default)).Outcome.ShouldBe(UploadRecoveryOutcome.Kept);
        RecoveredUpload recovered = await UploadRecovery.RecoverAsync(files, temporary, mode, "22222222", default);
        recovered.Outcome.ShouldBe(expected);
        recovered.Size.ShouldBe(4);
        recovered.Path.ShouldBe(isRenamed ? P(target) : temporary);
        (await files.ReadFileAsync("/there")).ShouldBe("whole");
        (await files.GetLinkAttributesAsync(temporary, default)).Error.ShouldBe(StorageError.NotFound);
        (await UploadRecovery.RecoverAsync(files, temporary, mode, "22222222", default)).Outcome.ShouldBe(UploadRecoveryOutcome.Kept);
        (await UploadRecovery.RecoverAsync(files, P("/there"), mode, "22222222", default)).Outcome.ShouldBe(UploadRecoveryOutcome.Kept);
    }

    [Fact]
    public async Task An_empty_leftover_and_one_without_its_name_are_removed()
    {
        using var files = new MemoryFileSystem();
        await files.WriteFileAsync("/.hpc-upload.11111111-1.a", "");
        await files.WriteFileAsync("/.hpc-upload.11111111-2~", "half");
        foreach (DirectoryEntry entry in await files.ListAsync("/"))
        {
            RecoveredUpload recovered = await UploadRecovery.RecoverAsync(files, P("/").Combine(entry.Name), UploadMode.AtomicWithResume, "22222222", default);
            recovered.Outcome.ShouldBe(UploadRecoveryOutcome.Removed);
        }

        (await files.ListAsync("/")).ShouldBeEmpty();
    }
}

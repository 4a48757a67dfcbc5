using System.Globalization;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Exec;

/// <summary>df, with -k or -P tolerated: one line in units of 1,024 bytes.</summary>
internal static class DiskFreeCommand
{
    public static async ValueTask Run(ExecContext context, ExecOutput output, CancellationToken ct)
    {
        VirtualPath path = context.StartDirectory;
        bool optionsEnd = false;
        foreach (byte[] argument in context.Arguments)
        {
            if (!optionsEnd && argument is [(byte)'-', _, ..])
            {
                optionsEnd = argument.AsSpan().SequenceEqual("--"u8);
                if (!optionsEnd && argument.AsSpan(1).ContainsAnyExcept("kP"u8))
                {
                    output.Fail("df", "only the options -k and -P are known");
                    return;
                }
            }
            else if (!VirtualPath.TryParse(argument, context.StartDirectory, out path))
            {
                output.Fail("df", "the path is too long");
                return;
            }
        }

        StorageResult<SpaceInfo> result = await context.Files.GetSpaceAsync(path, ct).ConfigureAwait(false);
        if (!result.IsSuccess)
        {
            output.Fail("df", SftpErrors.ToText(result.Error));
            return;
        }

        SpaceInfo space = result.Value;
        ulong total = Kibibytes(space.TotalBlocks, space.FragmentSize);
        ulong used = total - Math.Min(total, Kibibytes(space.FreeBlocks, space.FragmentSize));
        ulong available = Kibibytes(space.AvailableBlocks, space.FragmentSize);
        ulong percent = used + available == 0 ? 0 : (ulong)Math.Ceiling(100.0 * used / (used + available));
        output.Write("Filesystem     1K-blocks      Used Available Use% Mounted on\n");
        output.Write(string.Create(CultureInfo.InvariantCulture, $"hpc         {total,12} {used,9} {available,9} {percent,3}% /\n"));
    }

    private static ulong Kibibytes(ulong blocks, ulong size) => (ulong)((UInt128)blocks * size / 1024);
}

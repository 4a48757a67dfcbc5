using System.Diagnostics.CodeAnalysis;
using System.Text;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>Every request but INIT, READ and WRITE, and every extension.</summary>
internal static class SftpOperationTable
{
    public const string Vendor = "hpc";

    private const int MaxExtensionNameLength = 64;

    public static readonly SftpOperation[] All =
    [
        Plain("open", SftpMessageType.Open, true, OpenOperation.Run),
        Plain("close", SftpMessageType.Close, false, CloseOperation.Run),
        Plain("lstat", SftpMessageType.LinkStat, false, StatOperations.LinkStat),
        Plain("fstat", SftpMessageType.HandleStat, false, StatOperations.HandleStat),
        Plain("stat", SftpMessageType.Stat, false, StatOperations.Stat),
        Plain("setstat", SftpMessageType.SetStat, true, SetStatOperations.SetStat),
        Plain("fsetstat", SftpMessageType.HandleSetStat, true, SetStatOperations.HandleSetStat),
        Plain("opendir", SftpMessageType.OpenDirectory, false, DirectoryOperations.Open),
        Plain("readdir", SftpMessageType.ReadDirectory, false, ReadDirectoryOperation.Run),
        Plain("remove", SftpMessageType.Remove, true, NameOperations.Remove),
        Plain("mkdir", SftpMessageType.MakeDirectory, true, DirectoryOperations.Make),
        Plain("rmdir", SftpMessageType.RemoveDirectory, true, DirectoryOperations.Remove),
        Plain("realpath", SftpMessageType.RealPath, false, PathOperations.RealPath),
        Plain("rename", SftpMessageType.Rename, true, NameOperations.Rename),
        Plain("readlink", SftpMessageType.ReadLink, false, LinkOperations.Read),
        Plain("symlink", SftpMessageType.SymbolicLink, true, LinkOperations.Create),
        Extended("posix-rename@openssh.com", "1", true, NameOperations.PosixRename),
        Extended("statvfs@openssh.com", "2", false, SpaceOperations.StatVfs),
        Extended("fstatvfs@openssh.com", "2", false, SpaceOperations.HandleStatVfs),
        Extended("hardlink@openssh.com", "1", true, LinkOperations.HardLink),
        Extended("fsync@openssh.com", "1", false, SyncOperation.Run),
        Extended("lsetstat@openssh.com", "1", true, SetStatOperations.LinkSetStat),
        Extended("limits@openssh.com", "1", false, LimitsOperation.Run),
        Extended("expand-path@openssh.com", "1", false, PathOperations.ExpandPath),
        Extended("copy-data", "1", true, CopyDataOperation.Run),
        Extended("copy-file", "1", true, CopyFileOperation.Run),
        Extended("home-directory", "1", false, PathOperations.HomeDirectory),
        Extended("users-groups-by-id@openssh.com", "1", false, UsersGroupsOperation.Run),
        Extended("check-file-name", "1", false, CheckFileOperations.ByName),
        Extended("check-file-handle", "1", false, CheckFileOperations.ByHandle),
        Extended("check-file", "1", false, CheckFileOperations.ByHandle),
        Extended("space-available", "1", false, SpaceOperations.SpaceAvailable),
        Extended("vendor-id", null, false, VendorIdOperation.Run),
    ];

    private static readonly SftpOperation?[] ByType = IndexByType();
    private static readonly (byte[] Name, SftpOperation Operation)[] Extensions =
        [.. All.Where(o => o.Extension is not null).Select(o => (Encoding.ASCII.GetBytes(o.Extension!), o))];

    /// <summary>Finds the row of a request; reads the name of an extension.</summary>
    public static bool TryFind(SftpMessageType type, ref WireReader fields, [NotNullWhen(true)] out SftpOperation? operation)
    {
        if (type != SftpMessageType.Extended)
        {
            operation = ByType[(byte)type];
            return operation is not null;
        }

        operation = null;
        if (!fields.TryReadString(out ReadOnlySpan<byte> name) || name.Length > MaxExtensionNameLength)
        {
            return false;
        }

        foreach ((byte[] known, SftpOperation row) in Extensions)
        {
            if (name.SequenceEqual(known))
            {
                operation = row;
                return true;
            }
        }

        return false;
    }

    /// <summary>The extension pairs of VERSION.</summary>
    public static byte[] Announcement(string productVersion)
    {
        var writer = new WireWriter(new byte[4096]);
        foreach (SftpOperation operation in All)
        {
            if (operation.Version is { } version)
            {
                writer.WriteString(operation.Extension!);
                writer.WriteString(version);
            }
        }

        WriteVendor(ref writer, productVersion);
        return writer.Written.ToArray();
    }

    private static void WriteVendor(ref WireWriter writer, string productVersion)
    {
        //  string   vendor-name
        //  string   product-name
        //  string   product-version
        //  uint64   build-number
        var vendor = new WireWriter(new byte[512]);
        vendor.WriteString(Vendor);
        vendor.WriteString(Vendor);
        vendor.WriteString(productVersion);
        vendor.WriteUInt64(0);
        writer.WriteString("vendor-id");
        writer.WriteString(vendor.Written);
    }

    private static SftpOperation Plain(string name, SftpMessageType type, bool mutates, SftpOperationRunner run) => new(name, type, null, null, mutates, run);

    private static SftpOperation Extended(string extension, string? version, bool mutates, SftpOperationRunner run)
    {
        int vendor = extension.IndexOf('@', StringComparison.Ordinal);
        return new(vendor < 0 ? extension : extension[..vendor], SftpMessageType.Extended, extension, version, mutates, run);
    }

    private static SftpOperation?[] IndexByType()
    {
        var index = new SftpOperation?[256];
        foreach (SftpOperation operation in All)
        {
            if (operation.Extension is null)
            {
                index[(byte)operation.Type] = operation;
            }
        }

        return index;
    }
}

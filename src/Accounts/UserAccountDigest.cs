using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hpc.Accounts;

/// <summary>
/// Tells two states of an account apart. The version alone does not: a user who was removed and added again begins at the same version.
/// </summary>
public static class UserAccountDigest
{
    /// <summary>The first half of a SHA-256 of everything the account holds.</summary>
    public static UInt128 Of(UserAccount user)
    {
        ArgumentNullException.ThrowIfNull(user);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, user.UserName);
        Append(hash, user.HomeDirectory);
        Append(hash, user.PasswordHash);
        Append(hash, user.PublicKeys);
        Append(hash, user.IsEnabled ? "1" : "0");
        Append(hash, user.ExpiresAt?.UtcTicks.ToString(CultureInfo.InvariantCulture));
        Append(hash, user.Permissions);
        AppendAccess(hash, user);
        AppendFolders(hash, user);
        Append(hash, user.QuotaBytes);
        Append(hash, user.QuotaFiles);
        Append(hash, user.UploadTransferBytes);
        Append(hash, user.DownloadTransferBytes);
        Append(hash, user.TotalTransferBytes);
        Append(hash, user.MaxUploadBytes);
        Append(hash, user.UserId);
        Append(hash, user.GroupId);
        Append(hash, user.StartDirectory);
        Append(hash, user.Version);
        return BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset());
    }

    private static void AppendAccess(IncrementalHash hash, UserAccount user)
    {
        Append(hash, (long)user.DirectoryPermissions.Count);
        foreach (DirectoryPermissions directory in user.DirectoryPermissions)
        {
            Append(hash, directory.Path);
            Append(hash, directory.Names);
        }

        Append(hash, (long)user.FilePatterns.Count);
        foreach (FilePatternRule rule in user.FilePatterns)
        {
            Append(hash, rule.Path);
            Append(hash, rule.Allowed);
            Append(hash, rule.Denied);
            Append(hash, (long)rule.Policy);
        }
    }

    private static void AppendFolders(IncrementalHash hash, UserAccount user)
    {
        Append(hash, (long)user.Folders.Count);
        foreach (FolderMount mount in user.Folders)
        {
            Append(hash, mount.FolderName);
            Append(hash, mount.VirtualPath);
            Append(hash, mount.QuotaBytes);
            Append(hash, mount.QuotaFiles);
            Append(hash, mount.IsReadOnly ? 1 : 0);
            Append(hash, mount.MappedPath);
        }
    }

    // Each value behind its length, so that no two accounts append the same bytes.
    private static void Append(IncrementalHash hash, string? value)
    {
        AppendCount(hash, value?.Length ?? -1);
        hash.AppendData(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    private static void Append(IncrementalHash hash, IReadOnlyList<string> values)
    {
        AppendCount(hash, values.Count);
        foreach (string value in values)
        {
            Append(hash, value);
        }
    }

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }

    private static void AppendCount(IncrementalHash hash, int count)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, count);
        hash.AppendData(bytes);
    }
}

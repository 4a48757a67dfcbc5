using System.Runtime.InteropServices;

namespace Hpc.Policy.Tests;

/// <summary>Who owns what the tests create.</summary>
internal static partial class ProcessOwner
{
    public static uint UserId { get; } = GetEffectiveUserId();

    public static uint GroupId { get; } = GetEffectiveGroupId();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroupId();
}

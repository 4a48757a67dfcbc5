using System.Runtime.InteropServices;

namespace Hpc.Storage.Local.Native;

/// <summary>The <c>O_</c> and <c>AT_</c> flags of Linux.</summary>
internal static class OpenFlag
{
    public const int ReadOnly = 0x0;
    public const int WriteOnly = 0x1;
    public const int ReadWrite = 0x2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoControllingTerminal = 0x100;
    public const int Append = 0x400;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int Path = 0x200000;

    public const int AtSymbolicLinkNoFollow = 0x100;
    public const int AtRemoveDirectory = 0x200;
    public const int AtSymbolicLinkFollow = 0x400;
    public const int AtEmptyPath = 0x1000;
    public const int AtStatXDoNotSync = 0x4000;
    public const int AtCurrentDirectory = -100;

    public const uint RenameNoReplace = 1;

    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    /// <summary>O_DIRECTORY: its value is that of another flag on ARM.</summary>
    public static readonly int Directory = IsArm ? 0x4000 : 0x10000;

    /// <summary>O_NOFOLLOW: its value is that of another flag on ARM.</summary>
    public static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    /// <summary>A handle for <c>*at</c> calls on a directory.</summary>
    public static readonly int DirectoryHandle = Path | Directory | CloseOnExec;
}

namespace Hpc.HttpApi.Shares;

/// <summary>What a share is for (R3.24); the numbers are those of <c>scope</c>.</summary>
[Flags]
internal enum ShareScope
{
    None = 0,
    Read = 1,
    Write = 2,
}

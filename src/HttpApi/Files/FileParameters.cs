using Hpc.HttpApi.Endpoints;

namespace Hpc.HttpApi.Files;

/// <summary>Parameters that several operations on files have.</summary>
internal static class FileParameters
{
    public static ApiParameter Path { get; } = new("path", "A virtual path, URL-encoded; a relative one begins at the start directory.") { IsRequired = true };

    public static ApiParameter Target { get; } = new("target", "The path that it shall have.") { IsRequired = true };

    public static ApiParameter MakeParents { get; } = new("mkdir_parents", "Makes the directories above it that are missing.", Type: ApiParameterType.Flag);

    public static ApiParameter Range { get; } = new("Range", "One range of bytes; several are answered with the whole file.", ApiParameterPlace.Header);
}

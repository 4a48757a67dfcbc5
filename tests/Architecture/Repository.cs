using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Hpc.Architecture.Tests;

/// <summary>The checkout that the tests look at.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<Project> SourceProjects { get; } =
        [.. FilesBelow("src", "*.csproj").Select(Project.Read).OrderBy(project => project.Name, StringComparer.Ordinal)];

    public static IEnumerable<SourceFile> SourceFiles() => FilesBelow("src", "*.cs").Select(SourceFile.Read);

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> FilesBelow(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !Relative(path).Split('/').Any(segment => segment is "bin" or "obj"));

    // The build may put its output outside the checkout; then this source file says where the checkout is.
    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        foreach (string start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory, Path.GetDirectoryName(thisFile)! })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Hpc.sln")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new DirectoryNotFoundException("No Hpc.sln above the test's output, the current directory or this source file.");
    }
}

/// <summary>What a project file refers to.</summary>
internal sealed record Project(string Name, string Path, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    public override string ToString() => Name;

    public static Project Read(string path)
    {
        XDocument document = XDocument.Load(path);
        return new Project(
            System.IO.Path.GetFileNameWithoutExtension(path),
            Repository.Relative(path),
            [.. Includes(document, "ProjectReference").Select(include => System.IO.Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))],
            [.. Includes(document, "PackageReference")]);
    }

    private static IEnumerable<string> Includes(XDocument document, string element) =>
        document.Descendants(element).Select(item => (string?)item.Attribute("Include")).OfType<string>();
}

/// <summary>A source file as it stands, and as the compiler reads it.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public string Code => CSharpText.WithoutCommentsAndLiterals(Text);

    public int Lines => Text.AsSpan().TrimEnd('\n').Count('\n') + 1;

    public static SourceFile Read(string path) => new(Repository.Relative(path), File.ReadAllText(path));
}

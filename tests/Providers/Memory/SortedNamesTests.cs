using System.Text;
using Hpc.Accounts.Data.Memory;

namespace Hpc.Providers.Tests.Memory;

public sealed class SortedNamesTests
{
    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 5000)]
    [InlineData(3, 5000)]
    public void It_is_a_sorted_list(int seed, int count)
    {
        var random = new Random(seed);
        var names = new SortedNames();
        var plain = new SortedSet<string>(Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right))));
        for (int step = 0; step < count; step++)
        {
            string name = Name(random);
            if (random.Next(3) > 0)
            {
                names.Add(name).ShouldBe(plain.Add(name));
            }
            else
            {
                name = plain.Count > 0 && random.Next(2) == 0 ? plain.ElementAt(random.Next(plain.Count)) : name;
                names.Remove(name).ShouldBe(plain.Remove(name));
            }

            if (step % (count / 40) == 0)
            {
                ShouldPageLike(names, plain, random);
            }
        }

        foreach (string name in plain.ToArray())
        {
            names.Remove(name).ShouldBeTrue();
        }

        names.Count.ShouldBe(0);
        names.Page("", null, 0, 10, isDescending: false).ShouldBeEmpty();
    }

    private static void ShouldPageLike(SortedNames names, SortedSet<string> plain, Random random)
    {
        names.Count.ShouldBe(plain.Count);
        string prefix = random.Next(2) == 0 ? "" : Name(random)[..1];
        prefix = char.IsSurrogate(prefix.FirstOrDefault()) ? "" : prefix;
        string? after = random.Next(2) == 0 ? null : Name(random);
        bool isDescending = random.Next(2) == 0;
        int offset = random.Next(20);
        IEnumerable<string> expected = (isDescending ? plain.Reverse() : plain)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Where(name => after is null || (isDescending ? plain.Comparer.Compare(name, after) < 0 : plain.Comparer.Compare(name, after) > 0));
        names.Page(prefix, after, offset, 700, isDescending).ShouldBe(expected.Skip(offset).Take(700));
    }

    private static string Name(Random random)
    {
        string[] letters = ["a", "b", "é", "\uff5e", "😀", "\ue000", "Z", "0"];
        return string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => letters[random.Next(letters.Length)]));
    }
}

"""Lines of the public data sets people have, with what they say."""

GERMANY = {("Germany", "2020-03-17"): (7156, 13, 67)}
WITHOUT_RECOVERIES = {("Germany", "2020-03-17"): (7156, 13, None)}
KOREAN = {("독일", "2020-03-17"): (7156, 13, 67)}

SETS = {
    "johns hopkins": (
        (
            "FIPS,Admin2,Province_State,Country_Region,Last_Update,Lat,Long_,Confirmed,Deaths,Recovered,"
            "Active,Combined_Key"
        ),
        ",,,Germany,2020-03-17 23:45:00,51.1,10.4,7156,13,67,7076,Germany",
        GERMANY,
    ),
    "johns hopkins, first months": (
        "Province/State,Country/Region,Last Update,Confirmed,Deaths,Recovered",
        ",Germany,2020-03-17T18:53:02,7156,13,67",
        GERMANY,
    ),
    "kaggle, covid": (
        "SNo,ObservationDate,Province/State,Country/Region,Last Update,Confirmed,Deaths,Recovered",
        "1,03/17/2020,,Germany,2020-03-18 18:53:02,7156.0,13.0,67.0",
        GERMANY,
    ),
    "kaggle, sars": (
        "Date,Country,Cumulative number of case(s),Number of deaths,Number recovered",
        "2020-03-17,Germany,7156,13,67",
        GERMANY,
    ),
    "who": (
        (
            "\ufeffDate_reported, Country_code, Country, WHO_region, New_cases, Cumulative_cases, "
            "New_deaths, Cumulative_deaths"
        ),
        "2020-03-17,DE,Germany,EURO,1174,7156,1,13",
        WITHOUT_RECOVERIES,
    ),
    "our world in data": (
        (
            "iso_code,continent,location,date,total_cases,new_cases,new_cases_smoothed,total_deaths,"
            "new_deaths,new_deaths_smoothed,total_cases_per_million,reproduction_rate,icu_patients,"
            "total_tests,total_vaccinations,people_vaccinated,stringency_index,population,median_age"
        ),
        "DEU,Europe,Germany,2020-03-17,7156.0,1174.0,900.1,13.0,1.0,0.9,85.8,2.4,,,,,,83369840,46.6",
        WITHOUT_RECOVERIES,
    ),
    "korean": ("날짜,국가,확진자,사망자,완치자", "2020. 3. 17.,독일,7156,13,67", KOREAN),
}
ECDC = (
    b"dateRep,day,month,year,cases,deaths,countriesAndTerritories,geoId,countryterritoryCode,"
    b"popData2019,continentExp\n"
    b"17/03/2020,17,3,2020,1174,1,Germany,DE,DEU,83019213,Europe\n"
    b"17/03/2020,17,3,2020,823,12,United_States_of_America,US,USA,329064917,America\n"
)
